package dev.weft.dataplane.http.body;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * What a caller has sent ahead of its turn. When that is much, no more is read from the connection
 * until it has been taken. Its event loop.
 */
public final class Held {
    private static final int MAX = 64 * 1024;

    private final ChannelHandlerContext ctx;
    private @Nullable ByteBuf waiting;
    private boolean readingOff;

    public Held(ChannelHandlerContext ctx) {
        this.ctx = ctx;
    }

    public boolean isEmpty() {
        return waiting == null;
    }

    /** What waits, with this behind it; nothing waits any more. */
    public ByteBuf takeWith(ByteBuf more) {
        ByteBuf first = waiting;
        if (first == null) {
            return more;
        }
        waiting = null;
        ByteBuf both = ctx.alloc().directBuffer(first.readableBytes() + more.readableBytes());
        both.writeBytes(first).writeBytes(more);
        first.release();
        more.release();
        return both;
    }

    public @Nullable ByteBuf take() {
        ByteBuf first = waiting;
        waiting = null;
        return first;
    }

    public void hold(ByteBuf buf) {
        waiting = buf;
        if (buf.readableBytes() >= MAX && !readingOff) {
            readingOff = true;
            ctx.channel().config().setAutoRead(false);
        }
    }

    /** Reads from the connection again, if little enough waits. */
    public void readOn() {
        ByteBuf first = waiting;
        if (readingOff && (first == null || first.readableBytes() < MAX)) {
            readingOff = false;
            ctx.channel().config().setAutoRead(true);
        }
    }

    public void drop() {
        ByteBuf first = waiting;
        if (first != null) {
            waiting = null;
            first.release();
        }
    }
}
