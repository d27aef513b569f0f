package dev.weft.dataplane.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.util.ArrayDeque;

/**
 * Keeps what a caller says before somebody is there to hear it. Reading is off, so that is no more
 * than came with the bytes by which the connection was judged. Its event loop.
 */
final class Early extends ChannelInboundHandlerAdapter {
    private final ArrayDeque<ByteBuf> kept = new ArrayDeque<>();
    private boolean ended;

    /** Takes the bytes. */
    void keep(ByteBuf bytes) {
        kept.add(bytes);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        kept.add((ByteBuf) message);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent
                || event instanceof SslCloseCompletionEvent) {
            ended = true;
        }
    }

    /** Goes, and lets the handler after it hear everything. */
    void release(ChannelHandlerContext ctx, Pump to) {
        ByteBuf next;
        while ((next = kept.poll()) != null) {
            to.channelRead(ctx, next);
        }
        to.channelReadComplete(ctx);
        if (ended) {
            to.ended();
        }
        ctx.pipeline().remove(this);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        kept.forEach(ByteBuf::release);
        kept.clear();
    }
}
