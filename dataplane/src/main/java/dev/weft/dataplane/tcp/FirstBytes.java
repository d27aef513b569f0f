package dev.weft.dataplane.tcp;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Tells a protocol by what a client says first. Pure. */
public final class FirstBytes {
    /** What is spoken. */
    public enum Protocol {
        /** Too few bytes to tell. */
        UNDECIDED,
        HTTP_1,
        /** By prior knowledge. */
        HTTP_2,
        TLS,
        OPAQUE
    }

    /**
     * Ports whose protocols are seldom HTTP, and in most of which the server speaks first: mail,
     * databases, caches, searching nodes. They are passed on without a look unless declared
     * otherwise.
     */
    public static final Set<Integer> OPAQUE_PORTS =
            Set.of(25, 587, 3306, 4444, 5432, 6379, 9300, 11211);

    /** As long as a request line may be until it must have shown itself as one. */
    static final int LOOK_MAX = 1024;

    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VERSION = " HTTP/1.".getBytes(StandardCharsets.US_ASCII);
    private static final int METHOD_MAX = 20;

    private FirstBytes() {}

    /** Reads from the reader index, which stays where it is. */
    public static Protocol of(ByteBuf buf) {
        int length = buf.readableBytes();
        if (length == 0) {
            return Protocol.UNDECIDED;
        }
        int start = buf.readerIndex();
        if (buf.getByte(start) == 22) {
            if (length == 1) {
                return Protocol.UNDECIDED;
            }
            return buf.getByte(start + 1) == 3 ? Protocol.TLS : Protocol.OPAQUE;
        }
        if (begins(buf, start, length, PREFACE)) {
            return length >= PREFACE.length ? Protocol.HTTP_2 : Protocol.UNDECIDED;
        }
        return requestLine(buf, start, Math.min(length, LOOK_MAX));
    }

    private static boolean begins(ByteBuf buf, int start, int length, byte[] with) {
        for (int i = 0; i < Math.min(length, with.length); i++) {
            if (buf.getByte(start + i) != with[i]) {
                return false;
            }
        }
        return true;
    }

    private static Protocol requestLine(ByteBuf buf, int start, int length) {
        int method = 0;
        while (method < length && isMethod(buf.getByte(start + method)) && method <= METHOD_MAX) {
            method++;
        }
        if (method == length) {
            return Protocol.UNDECIDED;
        }
        if (method == 0 || method > METHOD_MAX || buf.getByte(start + method) != ' ') {
            return Protocol.OPAQUE;
        }
        int at = method + 1;
        while (at < length && buf.getByte(start + at) > ' ') {
            at++;
        }
        if (at == length) {
            // so long a first word after a method is nothing else
            return length == LOOK_MAX ? Protocol.HTTP_1 : Protocol.UNDECIDED;
        }
        int rest = length - at;
        if (at == method + 1 || !begins(buf, start + at, rest, VERSION)) {
            return Protocol.OPAQUE;
        }
        return rest >= VERSION.length ? Protocol.HTTP_1 : Protocol.UNDECIDED;
    }

    private static boolean isMethod(byte b) {
        return (b >= 'A' && b <= 'Z') || b == '-' || b == '_';
    }
}
