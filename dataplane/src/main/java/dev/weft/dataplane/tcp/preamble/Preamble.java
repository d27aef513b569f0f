package dev.weft.dataplane.tcp.preamble;

import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/** The PROXY protocol, versions 1 and 2, read strictly. Pure but for the buffer it reads from. */
final class Preamble {
    /** What became of it. */
    sealed interface Reading {
        /** More bytes are needed. */
        record More() implements Reading {}

        /** It was read away; what follows is the connection's own. */
        record Done(Optional<Claim> claim) implements Reading {}

        record Bad(String problem) implements Reading {}
    }

    private static final byte[] SIGNATURE = {
        '\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'
    };
    private static final int HEAD_LENGTH = 16;
    private static final int V1_MAX = 107;

    /** Beyond the addresses stand values, of which few are of use here. */
    private static final int V2_MAX = 4096;

    /** The one of those values that is looked at: a checksum of all of it. */
    private static final int CHECKSUM = 3;

    private static final int IPV4_LENGTH = 12;
    private static final int IPV6_LENGTH = 36;
    private static final Pattern SPACE = Pattern.compile(" ");
    private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final Pattern PORT = Pattern.compile("0|[1-9][0-9]{0,4}");
    private static final Reading MORE = new Reading.More();

    private Preamble() {}

    static Reading read(ByteBuf buf) {
        if (!buf.isReadable()) {
            return MORE;
        }
        return buf.getByte(buf.readerIndex()) == 'P' ? text(buf) : binary(buf);
    }

    // ---- version 1: a line of text

    private static Reading text(ByteBuf buf) {
        int start = buf.readerIndex();
        int feed = buf.indexOf(start, Math.min(buf.writerIndex(), start + V1_MAX), (byte) '\n');
        if (feed < 0) {
            return buf.readableBytes() >= V1_MAX ? bad("its line has no end") : MORE;
        }
        String line = buf.toString(start, feed - start, StandardCharsets.ISO_8859_1);
        buf.readerIndex(feed + 1);
        if (!line.endsWith("\r")) {
            return bad("its line does not end with CR LF");
        }
        String[] words = SPACE.split(line.substring(0, line.length() - 1), -1);
        if (!words[0].equals("PROXY") || words.length < 2) {
            return bad("its line does not begin with PROXY");
        }
        return switch (words[1]) {
            case "UNKNOWN" -> new Reading.Done(Optional.empty());
            case "TCP4" -> addresses(words, IPV4);
            case "TCP6" -> addresses(words, IPV6);
            default -> bad("its protocol is none of TCP4, TCP6, UNKNOWN");
        };
    }

    private static Reading addresses(String[] words, Pattern ip) {
        if (words.length != 6
                || !ip.matcher(words[2]).matches()
                || !ip.matcher(words[3]).matches()
                || !PORT.matcher(words[4]).matches()
                || !PORT.matcher(words[5]).matches()) {
            return bad("its line has not two addresses and two ports");
        }
        try {
            return new Reading.Done(
                    Optional.of(
                            new Claim(
                                    new InetSocketAddress(
                                            InetAddress.ofLiteral(words[2]),
                                            Integer.parseInt(words[4])),
                                    new InetSocketAddress(
                                            InetAddress.ofLiteral(words[3]),
                                            Integer.parseInt(words[5])))));
        } catch (IllegalArgumentException e) {
            return bad("its addresses are none");
        }
    }

    // ---- version 2: binary

    private static Reading binary(ByteBuf buf) {
        int start = buf.readerIndex();
        int there = Math.min(buf.readableBytes(), SIGNATURE.length);
        for (int i = 0; i < there; i++) {
            if (buf.getByte(start + i) != SIGNATURE[i]) {
                return bad("there is none");
            }
        }
        if (buf.readableBytes() < HEAD_LENGTH) {
            return MORE;
        }
        int command = buf.getUnsignedByte(start + 12);
        int family = buf.getUnsignedByte(start + 13);
        int length = buf.getUnsignedShort(start + 14);
        if (command != 0x20 && command != 0x21) {
            return bad("its version or command is not known");
        }
        if (length > V2_MAX) {
            return bad("it is longer than " + V2_MAX + " bytes");
        }
        if (buf.readableBytes() < HEAD_LENGTH + length) {
            return MORE;
        }
        buf.skipBytes(HEAD_LENGTH + length);
        if (command == 0x20) {
            return new Reading.Done(Optional.empty());
        }
        return switch (family) {
            case 0x11 -> addresses(buf, start + HEAD_LENGTH, length, IPV4_LENGTH);
            case 0x21 -> addresses(buf, start + HEAD_LENGTH, length, IPV6_LENGTH);
            case 0x00, 0x31 -> new Reading.Done(Optional.empty());
            default -> bad("its family is none that a connection here can have");
        };
    }

    private static Reading addresses(ByteBuf buf, int at, int length, int needed) {
        if (length < needed) {
            return bad("it is shorter than its addresses");
        }
        int ip = (needed - 4) / 2;
        String problem = problem(buf, at - HEAD_LENGTH, at + needed, at + length);
        if (!problem.isEmpty()) {
            return bad(problem);
        }
        byte[] source = new byte[ip];
        byte[] destination = new byte[ip];
        buf.getBytes(at, source);
        buf.getBytes(at + ip, destination);
        try {
            return new Reading.Done(
                    Optional.of(
                            new Claim(
                                    new InetSocketAddress(
                                            InetAddress.getByAddress(source),
                                            buf.getUnsignedShort(at + 2 * ip)),
                                    new InetSocketAddress(
                                            InetAddress.getByAddress(destination),
                                            buf.getUnsignedShort(at + 2 * ip + 2)))));
        } catch (UnknownHostException e) {
            return bad("its addresses are none");
        }
    }

    /** What is wrong with the values behind the addresses; empty for nothing. */
    private static String problem(ByteBuf buf, int start, int from, int end) {
        int at = from;
        while (at < end) {
            int value = at + 3;
            int length = value > end ? 0 : buf.getUnsignedShort(at + 1);
            if (value + length > end) {
                return "a value in it is longer than the whole";
            }
            if (buf.getByte(at) == CHECKSUM
                    && (length != Integer.BYTES || !isIntact(buf, start, end, value))) {
                return "its checksum is another";
            }
            at = value + length;
        }
        return "";
    }

    /** Whether the sum is that of all of it, taken with zeros in the sum's own place. */
    private static boolean isIntact(ByteBuf buf, int start, int end, int sumAt) {
        byte[] all = new byte[end - start];
        buf.getBytes(start, all);
        Arrays.fill(all, sumAt - start, sumAt - start + Integer.BYTES, (byte) 0);
        var sum = new CRC32C();
        sum.update(all);
        return (int) sum.getValue() == buf.getInt(sumAt);
    }

    private static Reading bad(String problem) {
        return new Reading.Bad(problem);
    }
}
