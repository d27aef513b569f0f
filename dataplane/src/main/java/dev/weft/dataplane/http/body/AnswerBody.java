package dev.weft.dataplane.http.body;

import io.netty.buffer.ByteBuf;

/** How far the answer at work has been read, its body above all. Its event loop. */
public final class AnswerBody {
    /** What comes next. */
    public enum Found {
        MORE,
        DATA,
        END,
        BAD
    }

    /** How its end is found. */
    private enum Ending {
        NO_BODY,
        LENGTH,
        CHUNKED,
        CLOSE,
        TUNNEL
    }

    private final ChunkDecoder chunks = new ChunkDecoder();
    private final Hints hints = new Hints();
    private Ending ending = Ending.NO_BODY;
    private long left;
    private int length;

    /**
     * Another answer begins.
     *
     * @param bodiless whether it has none, whatever its head says
     * @param contentLength what its head says, below 0 where it says nothing
     */
    public void begin(boolean bodiless, boolean inChunks, long contentLength) {
        left = 0;
        if (bodiless || contentLength == 0) {
            ending = Ending.NO_BODY;
        } else if (inChunks) {
            ending = Ending.CHUNKED;
            chunks.reset();
        } else if (contentLength > 0) {
            ending = Ending.LENGTH;
            left = contentLength;
        } else {
            ending = Ending.CLOSE;
        }
    }

    /** Nothing of it has come. */
    public void await() {
        begin(true, false, 0);
        hints.begin();
    }

    /** One more head came that only informs, of so many bytes; returns whether it was too much. */
    public boolean informsTooMuch(int length) {
        return hints.tooMuch(length);
    }

    /** From here on it is whatever comes. */
    public void beginTunnel() {
        ending = Ending.TUNNEL;
    }

    public boolean isEmpty() {
        return ending == Ending.NO_BODY;
    }

    public boolean isTunnel() {
        return ending == Ending.TUNNEL;
    }

    /** Whether the connection's end is the body's. */
    public boolean endsWithConnection() {
        return ending == Ending.CLOSE || ending == Ending.TUNNEL;
    }

    public boolean isInChunks() {
        return ending == Ending.CHUNKED;
    }

    /** What the head promised and has not come yet; 0 where it promised nothing. */
    public long left() {
        return left;
    }

    /** So many bytes of a stated length were taken past this. */
    public void took(int bytes) {
        left -= bytes;
    }

    /** After DATA: how many bytes, from the buffer's reader index on. */
    public int length() {
        return length;
    }

    public ChunkDecoder chunks() {
        return chunks;
    }

    public Found next(ByteBuf buf) {
        return switch (ending) {
            case NO_BODY -> Found.END;
            case CLOSE, TUNNEL -> data(buf.readableBytes());
            case LENGTH -> {
                if (left == 0) {
                    yield Found.END;
                }
                Found found = data((int) Math.min(left, buf.readableBytes()));
                left -= length;
                yield found;
            }
            case CHUNKED ->
                    switch (chunks.step(buf)) {
                        case MORE -> Found.MORE;
                        case END -> Found.END;
                        case BAD -> Found.BAD;
                        case DATA -> {
                            Found found = data(chunks.data(buf));
                            chunks.took(length);
                            yield found;
                        }
                    };
        };
    }

    private Found data(int bytes) {
        length = bytes;
        return bytes == 0 ? Found.MORE : Found.DATA;
    }
}
