package dev.weft.dataplane.http.body;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Reads the chunked coding, strictly: sizes of one to eight hexadecimal digits, CR LF at the end of
 * every line, extensions bounded and dropped, trailers bounded and checked. Its event loop.
 */
public final class ChunkDecoder {
    private static final int SIZE_DIGITS_MAX = 8;
    private static final int EXTENSION_MAX = 256;
    private static final int EXTENSIONS_MAX = 16 * 1024;
    private static final int TRAILER_MAX = 8 * 1024;

    /** What {@link #step} found. */
    public enum Found {
        MORE,
        DATA,
        END,
        BAD
    }

    private enum State {
        SIZE,
        EXTENSION,
        SIZE_LF,
        DATA,
        DATA_CR,
        DATA_LF,
        TRAILER_START,
        TRAILER_NAME,
        TRAILER_VALUE,
        TRAILER_LF,
        END_LF,
        DONE
    }

    private State state = State.SIZE;
    private long left;
    private int digits;
    private int extras;
    private int extensions;
    private byte[] trailers = {};
    private int trailersLength;

    public void reset() {
        state = State.SIZE;
        left = 0;
        digits = 0;
        extras = 0;
        extensions = 0;
        trailersLength = 0;
    }

    /** How many bytes of data come next, after DATA was found; {@link #took} says how many went. */
    public int data(ByteBuf buf) {
        return (int) Math.min(left, buf.readableBytes());
    }

    public void took(int bytes) {
        left -= bytes;
        if (left == 0) {
            state = State.DATA_CR;
        }
    }

    /** Reads on until there is data, the end, or nothing more to read. */
    public Found step(ByteBuf buf) {
        while (true) {
            if (state == State.DATA) {
                return buf.isReadable() ? Found.DATA : Found.MORE;
            }
            if (state == State.DONE) {
                return Found.END;
            }
            if (!buf.isReadable()) {
                return Found.MORE;
            }
            byte next = buf.readByte();
            if (!take(next)) {
                return Found.BAD;
            }
            if (isInTrailer(next)) {
                keep(next);
            }
        }
    }

    /** Whether the byte that was just taken belongs to a trailer's line. */
    private boolean isInTrailer(byte b) {
        return state == State.TRAILER_NAME
                || state == State.TRAILER_VALUE
                || state == State.TRAILER_LF
                || (state == State.TRAILER_START && b == '\n' && trailersLength > 0);
    }

    private void keep(byte b) {
        if (trailersLength == trailers.length) {
            trailers = Arrays.copyOf(trailers, Math.max(256, trailersLength * 2));
        }
        trailers[trailersLength++] = b;
    }

    /** Whether fields stand behind the last chunk; after END. */
    public boolean hasTrailers() {
        return trailersLength > 0;
    }

    /** The lines of the trailers, each with its line end. */
    public byte[] trailers() {
        return trailers;
    }

    public int trailersLength() {
        return trailersLength;
    }

    private boolean take(byte b) {
        switch (state) {
            case SIZE:
                return size(b);
            case EXTENSION:
                if (b == '\r') {
                    state = State.SIZE_LF;
                    return true;
                }
                return ++extras <= EXTENSION_MAX
                        && ++extensions <= EXTENSIONS_MAX
                        && (b >= ' ' || b == '\t' || b < 0)
                        && b != 0x7f;
            case SIZE_LF:
                state = left == 0 ? State.TRAILER_START : State.DATA;
                extras = 0;
                digits = 0;
                return b == '\n';
            case DATA_CR:
                state = State.DATA_LF;
                return b == '\r';
            case DATA_LF:
                state = State.SIZE;
                return b == '\n';
            case TRAILER_START:
                if (b == '\r') {
                    state = State.END_LF;
                    return true;
                }
                state = State.TRAILER_NAME;
                return ++extras <= TRAILER_MAX && Token.takes(b);
            case TRAILER_NAME:
                if (b == ':') {
                    state = State.TRAILER_VALUE;
                    return true;
                }
                return ++extras <= TRAILER_MAX && Token.takes(b);
            case TRAILER_VALUE:
                if (b == '\r') {
                    state = State.TRAILER_LF;
                    return true;
                }
                return ++extras <= TRAILER_MAX && (b >= ' ' || b == '\t' || b < 0) && b != 0x7f;
            case TRAILER_LF:
                state = State.TRAILER_START;
                return b == '\n';
            case END_LF:
                state = State.DONE;
                return b == '\n';
            case DATA, DONE:
                throw new IllegalStateException("no line is expected while " + state);
        }
        return false;
    }

    private boolean size(byte b) {
        int digit = Character.digit(b, 16);
        if (digit >= 0) {
            left = left * 16 + digit;
            return ++digits <= SIZE_DIGITS_MAX;
        }
        if (digits == 0) {
            return false;
        }
        if (b == '\r') {
            state = State.SIZE_LF;
            return true;
        }
        state = State.EXTENSION;
        return b == ';';
    }
}
