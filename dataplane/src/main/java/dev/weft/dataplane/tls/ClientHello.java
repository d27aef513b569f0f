package dev.weft.dataplane.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The first words of a TLS client, read without answering them.
 *
 * @param serverName whom it wants, in lower case; empty when it does not say
 * @param protocols what it would speak inside, as ALPN names it
 */
public record ClientHello(String serverName, List<String> protocols) {
    /** What the first bytes of a connection are. */
    public sealed interface Reading {
        /** Too few bytes to tell. */
        record Unfinished() implements Reading {}

        /** Not TLS, or not well formed. */
        record Refused(String why) implements Reading {}

        /** All of it. */
        record Whole(ClientHello hello) implements Reading {}
    }

    /** No client says more: 1.5 KiB is usual, with a key that resists quantum computers. */
    public static final int BYTES_MAX = 16 * 1024;

    private static final int RECORD_HEAD = 5;
    private static final int HANDSHAKE = 22;
    private static final int HELLO = 1;
    private static final int RECORD_MAX = 1 << 14;
    private static final int SERVER_NAME = 0;
    private static final int ALPN = 16;
    private static final Reading UNFINISHED = new Reading.Unfinished();

    public ClientHello {
        protocols = List.copyOf(protocols);
    }

    /** Puts what came later after what came first; releases both. */
    static ByteBuf joined(ByteBufAllocator alloc, ByteBuf first, ByteBuf later) {
        ByteBuf all = alloc.buffer(first.readableBytes() + later.readableBytes());
        all.writeBytes(first).writeBytes(later);
        first.release();
        later.release();
        return all;
    }

    /** Reads from a buffer's reader index, which stays where it is. */
    public static Reading read(ByteBuf buf) {
        int at = buf.readerIndex();
        int end = buf.writerIndex();
        byte[] message = new byte[end - at];
        int had = 0;
        int wanted = -1;
        while (true) {
            if (end - at >= 1 && buf.getByte(at) != HANDSHAKE) {
                return refused("the first byte is " + buf.getUnsignedByte(at) + ", not 22");
            }
            if (end - at >= 2 && buf.getByte(at + 1) != 3) {
                return refused("the version is " + buf.getUnsignedByte(at + 1) + ", not 3");
            }
            if (end - at < RECORD_HEAD) {
                return tooLong(end - buf.readerIndex());
            }
            int length = buf.getUnsignedShort(at + 3);
            if (length == 0 || length > RECORD_MAX) {
                return refused("a record of " + length + " bytes");
            }
            int there = Math.min(length, end - at - RECORD_HEAD);
            buf.getBytes(at + RECORD_HEAD, message, had, there);
            had += there;
            if (wanted < 0 && had >= 4) {
                if (message[0] != HELLO) {
                    return refused("the first message is " + message[0] + ", not 1");
                }
                wanted = 4 + (message[1] & 0xff) * 65536 + unsigned(message, 2);
                if (wanted > BYTES_MAX) {
                    return refused("a hello of " + wanted + " bytes (expected: <= 16384)");
                }
            }
            if (wanted >= 0 && had >= wanted) {
                return parsed(message, wanted);
            }
            if (there < length) {
                return tooLong(end - buf.readerIndex());
            }
            at += RECORD_HEAD + length;
        }
    }

    private static Reading tooLong(int bytes) {
        // a hello in records of one byte each is five times as long as it need be
        return bytes > BYTES_MAX * 2 ? refused("no end after " + bytes + " bytes") : UNFINISHED;
    }

    private static Reading refused(String why) {
        return new Reading.Refused(why);
    }

    private static int unsigned(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }

    private static Reading parsed(byte[] message, int end) {
        try {
            var cursor = new Cursor(message, 4, end);
            cursor.skip(2 + 32);
            cursor.skip(cursor.one());
            cursor.skip(cursor.two());
            cursor.skip(cursor.one());
            if (cursor.atEnd()) {
                return new Reading.Whole(new ClientHello("", List.of()));
            }
            return new Reading.Whole(extensions(cursor.part(cursor.two())));
        } catch (IndexOutOfBoundsException e) {
            return refused("a length leads beyond the message");
        } catch (IllegalArgumentException e) {
            return refused(String.valueOf(e.getMessage()));
        }
    }

    private static ClientHello extensions(Cursor all) {
        String name = "";
        List<String> protocols = new ArrayList<>();
        while (!all.atEnd()) {
            int type = all.two();
            Cursor extension = all.part(all.two());
            if (type == SERVER_NAME && !extension.atEnd()) {
                name = serverName(extension.part(extension.two()));
            } else if (type == ALPN) {
                Cursor list = extension.part(extension.two());
                while (!list.atEnd()) {
                    protocols.add(list.text(list.one()));
                }
            }
        }
        return new ClientHello(name, protocols);
    }

    private static String serverName(Cursor list) {
        while (!list.atEnd()) {
            int type = list.one();
            String name = list.text(list.two());
            if (type == 0) {
                return hostName(name);
            }
        }
        return "";
    }

    private static String hostName(String name) {
        boolean good =
                !name.isEmpty()
                        && name.length() <= 255
                        && name.chars().allMatch(ClientHello::isHostCharacter);
        if (!good) {
            throw new IllegalArgumentException("the server name is no host name");
        }
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    private static boolean isHostCharacter(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '.'
                || c == '_';
    }

    /** Reads numbers and parts, and throws at the end. */
    private static final class Cursor {
        private final byte[] bytes;
        private final int end;
        private int at;

        Cursor(byte[] bytes, int at, int end) {
            this.bytes = bytes;
            this.at = at;
            this.end = end;
        }

        boolean atEnd() {
            return at == end;
        }

        void skip(int count) {
            if (count > end - at) {
                throw new IndexOutOfBoundsException(count);
            }
            at += count;
        }

        int one() {
            skip(1);
            return bytes[at - 1] & 0xff;
        }

        int two() {
            skip(2);
            return unsigned(bytes, at - 2);
        }

        Cursor part(int length) {
            skip(length);
            return new Cursor(bytes, at - length, at);
        }

        String text(int length) {
            skip(length);
            return new String(bytes, at - length, length, StandardCharsets.ISO_8859_1);
        }
    }
}
