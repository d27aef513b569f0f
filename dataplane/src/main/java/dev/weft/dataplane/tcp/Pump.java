package dev.weft.dataplane.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/** Moves what one end sends to the other, no faster than that takes it. Its event loop. */
final class Pump extends ChannelInboundHandlerAdapter {
    private final Relay relay;
    private final Channel to;
    private final boolean up;
    private @Nullable Channel from;
    private boolean ended;

    /**
     * @param up whether it carries what the caller says
     */
    Pump(Relay relay, Channel to, boolean up) {
        this.relay = relay;
        this.to = to;
        this.up = up;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        from = ctx.channel();
    }

    Channel channel() {
        Channel known = from;
        if (known == null) {
            throw new IllegalStateException("not on a channel yet");
        }
        return known;
    }

    void close() {
        Channel known = from;
        if (known != null) {
            var unused = known.close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        relay.moved(up, ((ByteBuf) message).readableBytes());
        var unused = to.write(message, to.voidPromise());
        if (!to.isWritable()) {
            ctx.channel().config().setAutoRead(false);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        to.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable()) {
            to.config().setAutoRead(true);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent
                || event instanceof SslCloseCompletionEvent) {
            ended();
        }
    }

    /** This end has said all it had to say: the other is told so, and may go on speaking. */
    void ended() {
        if (ended) {
            return;
        }
        ended = true;
        if (relay.ended(up)) {
            finish(to);
            finish(channel());
            return;
        }
        SslHandler tls = to.pipeline().get(SslHandler.class);
        if (tls != null) {
            var unused = tls.closeOutbound();
        } else if (to instanceof DuplexChannel half) {
            to.writeAndFlush(Unpooled.EMPTY_BUFFER)
                    .addListener(
                            written -> {
                                var unused = half.shutdownOutput();
                            });
        }
    }

    private static void finish(Channel channel) {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        finish(to);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // broken, not ended: the other end must not take it for an end
        to.config().setOption(io.netty.channel.ChannelOption.SO_LINGER, 0);
        var unused = to.close();
        close();
    }
}
