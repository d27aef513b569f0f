package dev.weft.dataplane.http.body;

import io.netty.buffer.ByteBuf;

/** How far the body of the request at work has been read. Its event loop. */
public final class RequestBody {
    /** What comes next. */
    public enum Found {
        MORE,
        DATA,
        END,
        BAD
    }

    private final ChunkDecoder chunks = new ChunkDecoder();
    private boolean chunked;
    private boolean endless;
    private long left;
    private long seen;
    private int length;

    /**
     * Another request begins.
     *
     * @param contentLength what its head says, below 0 where it says nothing
     */
    public void begin(boolean inChunks, long contentLength) {
        chunked = inChunks;
        endless = false;
        left = Math.max(contentLength, 0);
        seen = 0;
        if (chunked) {
            chunks.reset();
        }
    }

    /** From here on the body is whatever comes. */
    public void beginTunnel() {
        endless = true;
    }

    public boolean isEmpty() {
        return !chunked && left == 0;
    }

    /** What the head promised and has not come yet; 0 where it promised nothing. */
    public long left() {
        return left;
    }

    /** How much has come. */
    public long seen() {
        return seen;
    }

    /** After DATA: how many bytes, from the buffer's reader index on. */
    public int length() {
        return length;
    }

    /** Where trailers are found once the body has ended, if it came in chunks. */
    public boolean hasTrailers() {
        return chunked && chunks.hasTrailers();
    }

    public ChunkDecoder chunks() {
        return chunks;
    }

    public Found next(ByteBuf buf) {
        if (endless) {
            return data(buf.readableBytes());
        }
        if (!chunked) {
            if (left == 0) {
                return Found.END;
            }
            Found found = data((int) Math.min(left, buf.readableBytes()));
            left -= length;
            return found;
        }
        return switch (chunks.step(buf)) {
            case MORE -> Found.MORE;
            case END -> Found.END;
            case BAD -> Found.BAD;
            case DATA -> {
                Found found = data(chunks.data(buf));
                chunks.took(length);
                yield found;
            }
        };
    }

    private Found data(int bytes) {
        length = bytes;
        seen += bytes;
        return bytes == 0 ? Found.MORE : Found.DATA;
    }
}
