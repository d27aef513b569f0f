package dev.weft.dataplane.http.body;

import dev.weft.dataplane.service.Chunk;
import io.netty.buffer.ByteBuf;
import io.netty.util.IllegalReferenceCountException;

/**
 * A chunk over a network buffer. Each connection has one that it points at whatever it hands over,
 * so that handing over allocates nothing. Its event loop.
 */
public final class Bytes implements Chunk {
    private final ByteBuf nothing = io.netty.buffer.Unpooled.EMPTY_BUFFER;
    private ByteBuf buf = nothing;
    private int from;
    private int length;

    public Bytes over(ByteBuf source, int start, int count) {
        buf = source;
        from = start;
        length = count;
        return this;
    }

    public void forget() {
        buf = nothing;
        length = 0;
    }

    public ByteBuf buf() {
        return buf;
    }

    public int from() {
        return from;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public void copyTo(byte[] target, int offset) {
        buf.getBytes(from, target, offset, length);
    }

    @Override
    public Held hold() {
        return new HeldBytes(buf.retainedSlice(from, length));
    }

    /** A counted reference to bytes of a network buffer. */
    public record HeldBytes(ByteBuf slice) implements Held {
        @Override
        public int length() {
            return slice.readableBytes();
        }

        @Override
        public void copyTo(byte[] target, int offset) {
            slice.getBytes(slice.readerIndex(), target, offset, length());
        }

        @Override
        public Held hold() {
            return new HeldBytes(slice.retainedDuplicate());
        }

        @Override
        public void release() {
            if (!slice.release() && slice.refCnt() < 0) {
                throw new IllegalReferenceCountException(slice.refCnt());
            }
        }
    }
}
