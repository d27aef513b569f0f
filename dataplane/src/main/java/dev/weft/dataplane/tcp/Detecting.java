package dev.weft.dataplane.tcp;

import dev.weft.dataplane.tcp.FirstBytes.Protocol;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Waits a short time for what a client says first, and tells what it is. Its event loop. */
public final class Detecting extends ChannelInboundHandlerAdapter {
    /** Who decides what becomes of the connection. */
    public interface Listener {
        /**
         * The reader is gone from the pipeline.
         *
         * @param protocol undecided when nothing came in time: the server may be the first to speak
         * @param read what the client said; to be released; null for nothing
         */
        void detected(ChannelHandlerContext ctx, Protocol protocol, @Nullable ByteBuf read);
    }

    private final long patienceNanos;
    private final Listener listener;
    private @Nullable ByteBuf read;
    private @Nullable Future<?> timer;
    private boolean over;

    public Detecting(Duration patience, Listener listener) {
        this.patienceNanos = patience.toNanos();
        this.listener = listener;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        if (ctx.channel().isActive()) {
            begin(ctx);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        begin(ctx);
    }

    private void begin(ChannelHandlerContext ctx) {
        timer =
                ctx.executor()
                        .schedule(() -> patienceOver(ctx), patienceNanos, TimeUnit.NANOSECONDS);
    }

    private void patienceOver(ChannelHandlerContext ctx) {
        if (!over) {
            // half a request line is no protocol that anybody can be sure of
            decide(ctx, read == null ? Protocol.UNDECIDED : Protocol.OPAQUE);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf more = (ByteBuf) message;
        ByteBuf had = read;
        ByteBuf all = more;
        if (had != null) {
            all = ctx.alloc().buffer(had.readableBytes() + more.readableBytes());
            all.writeBytes(had).writeBytes(more);
            had.release();
            more.release();
        }
        read = all;
        Protocol protocol = FirstBytes.of(all);
        if (protocol != Protocol.UNDECIDED) {
            decide(ctx, protocol);
        }
    }

    private void decide(ChannelHandlerContext ctx, Protocol protocol) {
        over = true;
        ByteBuf all = read;
        read = null;
        cancel();
        listener.detected(ctx, protocol, all);
    }

    private void cancel() {
        Future<?> waiting = timer;
        if (waiting != null) {
            waiting.cancel(false);
            timer = null;
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        over = true;
        cancel();
        ByteBuf had = read;
        if (had != null) {
            read = null;
            had.release();
        }
    }
}
