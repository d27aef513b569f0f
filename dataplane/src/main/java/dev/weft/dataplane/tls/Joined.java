package dev.weft.dataplane.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Puts two buffers into one. */
final class Joined {
    private Joined() {}

    /** Releases both. */
    static ByteBuf of(ByteBufAllocator alloc, ByteBuf first, ByteBuf second) {
        ByteBuf all = alloc.buffer(first.readableBytes() + second.readableBytes());
        all.writeBytes(first).writeBytes(second);
        first.release();
        second.release();
        return all;
    }
}
