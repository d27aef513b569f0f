package dev.weft.dataplane.http;

import io.netty.buffer.ByteBuf;

/** How far the body of the request at work has been read. Its event loop. */
final class RequestBody {
    /** What comes next. */
    enum Found {
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

    void begin(Head head) {
        chunked = head.chunked;
        endless = false;
        left = Math.max(head.contentLength, 0);
        seen = 0;
        if (chunked) {
            chunks.reset();
        }
    }

    /** From here on the body is whatever comes. */
    void beginTunnel() {
        endless = true;
    }

    boolean isEmpty() {
        return !chunked && left == 0;
    }

    /** What the head promised and has not come yet; 0 where it promised nothing. */
    long left() {
        return left;
    }

    /** How much has come. */
    long seen() {
        return seen;
    }

    /** After DATA: how many bytes, from the buffer's reader index on. */
    int length() {
        return length;
    }

    Found next(ByteBuf buf) {
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
