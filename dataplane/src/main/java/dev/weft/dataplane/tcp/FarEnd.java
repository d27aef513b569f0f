package dev.weft.dataplane.tcp;

import dev.weft.dataplane.http.Outgoing;
import dev.weft.dataplane.http.Upstream;
import dev.weft.dataplane.http.Upstream.Terms;
import dev.weft.dataplane.http.body.Bytes;
import dev.weft.dataplane.http.body.Lingering;
import dev.weft.dataplane.loop.Loop;
import dev.weft.dataplane.loop.Timer;
import dev.weft.dataplane.service.Attendant;
import dev.weft.dataplane.service.BodySink;
import dev.weft.dataplane.service.Chunk;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Failure;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import org.jspecify.annotations.Nullable;

/**
 * The end of a tunnel towards an endpoint: a connection of its own, whose bytes pass as they are,
 * each way at the pace of the other end. Either end may stop speaking and go on listening. Its
 * event loop.
 */
final class FarEnd extends ChannelInboundHandlerAdapter
        implements Upstream.End, BodySink, Attendant {
    private final Terms terms;
    private final Runnable gone;
    private final Loop loop;
    private final Bytes bytes = new Bytes();
    private final Silence silence = new Silence();
    private @Nullable Exchange exchange;
    private ChannelHandlerContext ctx;
    private Outgoing out;
    private long endNanos;
    private boolean stood;
    private boolean blocked;
    private boolean callerEnded;
    private boolean endpointEnded;
    private boolean closed;

    @SuppressWarnings("NullAway.Init") // the context comes with handlerAdded
    FarEnd(Exchange exchange, Terms terms, Runnable gone) {
        this.exchange = exchange;
        this.terms = terms;
        this.gone = gone;
        this.loop = exchange.home();
        exchange.attend(this);
    }

    /** Ends a tunnel that is silent for too long, or lasts too long. */
    private final class Silence extends Timer {
        void putOff() {
            long idle = terms.tunnelIdleNanos();
            long until = idle == 0 ? NEVER : loop.now() + idle;
            if (terms.tunnelNanos() != 0 && (until == NEVER || endNanos - until < 0)) {
                until = endNanos;
            }
            if (until != NEVER) {
                loop.timers().arm(this, until);
            }
        }

        @Override
        protected void expired() {
            loop.tick();
            cutBoth();
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
        out = new Outgoing(context, loop, this::taken);
        Lingering.allowHalfClose(context, true);
    }

    @Override
    public void failed(Failure failure) {
        Exchange x = exchange;
        exchange = null;
        loop.tick();
        // where it stood, and TLS did not come about
        Lingering.reset(ctx);
        if (x != null) {
            x.fail(failure);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        stood = true;
        loop.tick();
        Exchange x = exchange;
        if (x == null) {
            close();
            return;
        }
        endNanos = loop.now() + terms.tunnelNanos();
        silence.putOff();
        x.answer().startAnswer(200);
        x.tunnel(this);
    }

    // ---- what the caller says

    @Override
    public boolean bytes(Chunk chunk) {
        if (closed) {
            return true;
        }
        out.chunk(chunk);
        silence.putOff();
        blocked = !out.writable();
        return !blocked;
    }

    @Override
    public void end() {
        callerEnded = true;
        if (endpointEnded) {
            exchange = null;
            close();
        } else if (!closed) {
            out.flush();
            Lingering.endOutput(ctx);
            silence.putOff();
        }
    }

    @Override
    public void flush() {
        if (!closed) {
            out.flush();
            resumeCaller();
        }
    }

    private void resumeCaller() {
        Exchange x = exchange;
        if (blocked && x != null && out.writable()) {
            blocked = false;
            x.resumeBody();
        }
    }

    /** The endpoint has taken what it did not take at once. */
    private void taken() {
        loop.tick();
        resumeCaller();
    }

    // ---- what the endpoint says

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf buf = (ByteBuf) message;
        Exchange x = exchange;
        loop.tick();
        try {
            int length = buf.readableBytes();
            if (x == null || closed || length == 0) {
                return;
            }
            silence.putOff();
            if (!x.bytes(bytes.over(buf, buf.readerIndex(), length)) && exchange == x) {
                context.channel().config().setAutoRead(false);
            }
        } finally {
            bytes.forget();
            buf.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        Exchange x = exchange;
        if (x != null && stood) {
            x.flush();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE
                || event instanceof SslCloseCompletionEvent) {
            loop.tick();
            endpointEnded();
        }
    }

    private void endpointEnded() {
        Exchange x = exchange;
        if (endpointEnded || x == null) {
            return;
        }
        endpointEnded = true;
        if (callerEnded) {
            exchange = null;
            close();
        }
        x.end();
        // where the caller may still speak, the exchange goes on
    }

    @Override
    public boolean staysAfterEnd() {
        return exchange != null;
    }

    @Override
    public void resume() {
        ctx.channel().config().setAutoRead(true);
    }

    // ---- the end

    /** The caller has gone or broke: the endpoint must not take that for an end. */
    @Override
    public void cancel() {
        exchange = null;
        closed = true;
        out.drop();
        Lingering.reset(ctx);
    }

    @Override
    public void farewell() {
        cutBoth();
    }

    private void cutBoth() {
        Exchange x = exchange;
        cancel();
        if (x != null) {
            x.cut();
        }
    }

    private void close() {
        if (!closed) {
            out.flush();
            closed = true;
            ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        loop.tick();
        closed = true;
        out.drop();
        gone.run();
        Exchange x = exchange;
        if (x != null && endpointEnded) {
            exchange = null;
            x.cut();
        } else {
            // in order, where only the whole connection can be ended
            endpointEnded();
        }
        if (exchange == null) {
            loop.timers().remove(silence);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        cutBoth();
    }
}
