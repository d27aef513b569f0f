package dev.weft.dataplane.http.body;

import dev.weft.dataplane.http.body.AnswerBody.Found;
import io.netty.buffer.ByteBuf;

/**
 * What is left of an answer that nobody wants, since its request is tried again: where it is short,
 * reading it away is cheaper than another connection. Its event loop.
 */
public final class Unwanted {
    /** The timeout "thrown away". */
    public static final long NANOS = 100_000_000L;

    private static final int BYTES_MAX = 16 * 1024;

    private boolean begun;
    private int seen;

    /** Begins, if it is worth it. */
    public boolean begins(AnswerBody body) {
        begun = !body.endsWithConnection() && body.left() <= BYTES_MAX;
        seen = 0;
        return begun;
    }

    public boolean begun() {
        return begun;
    }

    /**
     * Reads it away.
     *
     * @return END when that was all; MORE when more has to come; BAD where it is too much, or is
     *     nothing that was to be read away
     */
    public Found read(AnswerBody body, ByteBuf buf) {
        Found found = Found.BAD;
        while (begun && (found = body.next(buf)) == Found.DATA) {
            buf.skipBytes(body.length());
            seen += body.length();
            begun = seen <= BYTES_MAX;
        }
        begun &= found == Found.MORE;
        return found == Found.DATA ? Found.BAD : found;
    }
}
