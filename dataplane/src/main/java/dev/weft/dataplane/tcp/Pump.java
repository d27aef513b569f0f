package dev.weft.dataplane.tcp;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.DuplexChannel;
import org.jspecify.annotations.Nullable;

/** Moves what one end sends to the other, no faster than that takes it. Its event loop. */
final class Pump extends ChannelInboundHandlerAdapter {
    private final Relay relay;
    private final Channel to;
    private @Nullable Channel from;

    Pump(Relay relay, Channel to) {
        this.relay = relay;
        this.to = to;
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
        relay.moved();
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
        if (event instanceof ChannelInputShutdownEvent && to instanceof DuplexChannel half) {
            to.writeAndFlush(Unpooled.EMPTY_BUFFER)
                    .addListener(
                            written -> {
                                var unused = half.shutdownOutput();
                            });
        }
        if (event instanceof ChannelInputShutdownReadComplete
                && to instanceof DuplexChannel other
                && other.isInputShutdown()) {
            // both ends have said all they had to say
            close();
            to.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        to.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // broken, not ended: the other end must not take it for an end
        to.config().setOption(io.netty.channel.ChannelOption.SO_LINGER, 0);
        var unused = to.close();
        close();
    }
}
