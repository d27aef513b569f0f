package dev.weft.dataplane.http.body;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.DuplexChannelConfig;
import io.netty.channel.socket.SocketChannelConfig;
import io.netty.handler.ssl.SslHandler;

/**
 * The end of a connection whose other end still sends. Closing at once would reset it, and what was
 * written last would be lost before it was read; so only the own direction is ended, and what comes
 * is read away, up to a bound. Its event loop.
 */
public final class Lingering {
    /** The timeout "linger". */
    public static final long NANOS = 2_000_000_000L;

    private static final long BYTES_MAX = 4L << 20;

    private boolean begun;
    private long seen;

    public boolean begun() {
        return begun;
    }

    public void begin(ChannelHandlerContext ctx) {
        begun = true;
        endOutput(ctx);
    }

    /** Reads bytes away; returns whether it was too much. */
    public boolean tooMuch(int bytes) {
        seen += bytes;
        return seen > BYTES_MAX;
    }

    /** Whether the other end may end its direction without ending the connection. */
    public static void allowHalfClose(ChannelHandlerContext ctx, boolean allow) {
        if (ctx.channel().config() instanceof DuplexChannelConfig config) {
            config.setAllowHalfClosure(allow);
        }
    }

    /** Ends a connection at once, so that what was begun does not look complete. */
    public static void reset(ChannelHandlerContext ctx) {
        reset(ctx.channel());
    }

    /** Ends a connection at once, so that what was begun does not look complete. */
    public static void reset(Channel channel) {
        if (!channel.isOpen()) {
            return;
        }
        if (channel.config() instanceof SocketChannelConfig config) {
            config.setSoLinger(0);
        }
        // past the TLS handler, which would say good-bye in good order
        channel.unsafe().close(channel.voidPromise());
    }

    /**
     * Ends the own direction once everything that was written is on its way: with TLS by its own
     * good-bye, without which the other end would have to take it for cut off.
     */
    public static void endOutput(ChannelHandlerContext ctx) {
        SslHandler tls = ctx.pipeline().get(SslHandler.class);
        if (tls != null) {
            var unused = tls.closeOutbound();
            return;
        }
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(
                        written -> {
                            if (ctx.channel() instanceof DuplexChannel duplex) {
                                var unused = duplex.shutdownOutput();
                            }
                        });
    }
}
