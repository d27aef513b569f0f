package dev.weft.dataplane.tls;

import dev.weft.dataplane.event.Handshakes;
import dev.weft.dataplane.event.Handshakes.Result;
import dev.weft.dataplane.event.Handshakes.Side;
import dev.weft.dataplane.loop.Loop;
import dev.weft.dataplane.service.Secured;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The first handler of a connection to an endpoint with TLS: shakes hands, then says so once and
 * leaves its place to {@link TlsFailure.EndWatch}. What comes after it does not hear that the
 * connection stands until it is told. Its event loop.
 */
final class ClientHandshake extends ChannelInboundHandlerAdapter {
    /** Who waits for the handshake. */
    public interface Waiting {
        /** Bytes can be sent from now on, and what comes goes to the handlers after this one. */
        void ready(ChannelHandlerContext ctx, Secured secured);

        /**
         * The connection is being closed.
         *
         * @param why a clause whose subject is the endpoint: {@code it does not speak TLS}
         */
        void failed(String why);
    }

    private final ClientTls tls;
    private final int endpoint;
    private final Deadline deadline;
    private final Duration timeout;
    private final Handshakes handshakes;
    private final Waiting waiting;
    private @Nullable SslHandler engine;
    private long startedMillis;
    private boolean told;

    /**
     * @param endpoint from {@link ClientTls#newEndpoint}
     * @param timeout from when the connection stands
     */
    public ClientHandshake(
            ClientTls tls, int endpoint, Loop loop, Duration timeout, Waiting waiting) {
        this.tls = tls;
        this.endpoint = endpoint;
        this.timeout = timeout;
        this.deadline = new Deadline(loop, timeout);
        this.handshakes = tls.handshakes();
        this.waiting = waiting;
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
        SslHandler handler = tls.handler(ctx.alloc(), endpoint);
        if (handler == null) {
            fail(ctx, "its TLS was configured anew just now");
            return;
        }
        engine = handler;
        startedMillis = tls.clock().now().toEpochMilli();
        handler.setHandshakeTimeoutMillis(0);
        handler.setCloseNotifyFlushTimeoutMillis(1000);
        handler.setCloseNotifyReadTimeoutMillis(0);
        deadline.start(
                () ->
                        fail(
                                ctx,
                                "it did not finish the handshake within "
                                        + timeout.toMillis()
                                        + " ms"));
        ctx.pipeline().addBefore(ctx.name(), "tls", handler);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent completed && !told) {
            if (completed.isSuccess()) {
                ready(ctx);
            } else {
                fail(ctx, TlsFailure.of(completed.cause()));
            }
        }
    }

    private void ready(ChannelHandlerContext ctx) {
        SslHandler handler = engine;
        if (handler == null) {
            return;
        }
        told = true;
        deadline.remove();
        Secured secured = Facts.of(handler, tls.trust(), tls.serverName(), startedMillis);
        ctx.channel().attr(ServerHandshake.SECURED).set(secured);
        handshakes.count(Side.CLIENT, secured.resumed() ? Result.RESUMED : Result.FULL);
        waiting.ready(ctx, secured);
        if (!ctx.isRemoved()) {
            ctx.pipeline().replace(this, null, new TlsFailure.EndWatch());
        }
    }

    private void fail(ChannelHandlerContext ctx, String why) {
        deadline.remove();
        if (!told) {
            told = true;
            handshakes.count(Side.CLIENT, Result.FAILED);
            waiting.failed(why);
        }
        if (ctx.channel().isOpen()) {
            ctx.channel().unsafe().close(ctx.channel().voidPromise());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(ctx, TlsFailure.of(cause));
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        fail(ctx, "it closed the connection during the handshake");
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        deadline.remove();
    }
}
