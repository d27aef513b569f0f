package dev.weft.dataplane.http.body;

import dev.weft.dataplane.loop.Pressure;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * What a caller has sent ahead of its turn. When that is much, no more is read from the connection
 * until it has been taken. Its event loop.
 */
public final class Held implements Pressure.Waiting {
    private static final int MAX = 64 * 1024;

    /** Of a body whose first bytes are not taken: another read of it would be too much. */
    private static final int BODY_MAX = 1;

    private final ChannelHandlerContext ctx;
    private final Pressure pressure;
    private @Nullable ByteBuf waiting;
    private int most = MAX;
    private boolean full;
    private boolean stopped;

    public Held(ChannelHandlerContext ctx, Pressure pressure) {
        this.ctx = ctx;
        this.pressure = pressure;
    }

    public boolean isEmpty() {
        return waiting == null;
    }

    /** What waits, with this behind it; nothing waits any more. */
    public ByteBuf takeWith(ByteBuf more) {
        most = MAX;
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
        most = MAX;
        return first;
    }

    /** A body was given so far. Of a long one that is not taken no more is read: not held twice. */
    public void bodyPassed(long seen, boolean taken) {
        if (!taken && seen > MAX && !full) {
            full = true;
            bodyStops();
            ctx.channel().config().setAutoRead(false);
        }
    }

    /** What is held next is of a body that is not taken for now. */
    public void bodyStops() {
        most = BODY_MAX;
    }

    public void hold(ByteBuf buf) {
        waiting = buf;
        if (buf.readableBytes() >= most && !full) {
            full = true;
            ctx.channel().config().setAutoRead(false);
        }
    }

    /** Reads no more of a body while there is no memory for it; returns whether it is so. */
    public boolean stops() {
        if (!stopped && pressure.stopsReading()) {
            stopped = true;
            pressure.await(this);
            ctx.channel().config().setAutoRead(false);
        }
        return stopped;
    }

    @Override
    public void roomCame() {
        stopped = false;
        ctx.channel().config().setAutoRead(!full);
    }

    /** Another request may come, which has a right to an answer. */
    public void takeNext() {
        if (stopped) {
            pressure.leave(this);
            roomCame();
        }
    }

    /** Reads from the connection again, if little enough waits. */
    public void readOn() {
        ByteBuf first = waiting;
        if (full && (first == null || first.readableBytes() < most)) {
            full = false;
            ctx.channel().config().setAutoRead(!stopped);
        }
    }

    public void drop() {
        pressure.leave(this);
        ByteBuf first = waiting;
        if (first != null) {
            waiting = null;
            first.release();
        }
    }
}
