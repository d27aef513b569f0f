package dev.weft.dataplane.tls;

import dev.weft.dataplane.event.Handshakes;
import dev.weft.dataplane.event.Handshakes.Result;
import dev.weft.dataplane.event.Handshakes.Side;
import dev.weft.dataplane.loop.Loop;
import dev.weft.dataplane.service.Secured;
import dev.weft.foundation.log.LateLogger;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.AttributeKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The first handler of a connection to a listener with TLS: reads whom the client wants, puts the
 * engine with the right certificate before itself, and leaves its place to {@link
 * TlsFailure.EndWatch} when the handshake is done. Whoever comes after it sees {@link
 * SslHandshakeCompletionEvent}, and finds what was shown under {@link #SECURED}. Its event loop.
 */
public final class ServerHandshake extends ChannelInboundHandlerAdapter {
    /** What TLS has shown of the other end of a channel. */
    public static final AttributeKey<Secured> SECURED = AttributeKey.valueOf("weft-secured");

    /** From the first byte to the end of the handshake, for a listener that says nothing else. */
    public static final Duration USUAL_TIMEOUT = Duration.ofSeconds(10);

    private static final System.Logger LOG = LateLogger.of(ServerHandshake.class);
    private static final byte[] UNRECOGNIZED_NAME = {21, 3, 3, 0, 2, 2, 112};
    private static final byte[] NO_APPLICATION_PROTOCOL = {21, 3, 3, 0, 2, 2, 120};
    private static final byte[] PLAIN_TEXT =
            ("HTTP/1.1 400 Bad Request\r\nweft-cause: tls-expected\r\nconnection: close\r\n"
                            + "content-type: text/plain\r\ncontent-length: 37\r\n\r\n"
                            + "This port speaks TLS: ask by https://\n")
                    .getBytes(StandardCharsets.US_ASCII);

    private final ServerTls tls;
    private final Handshakes handshakes;
    private final Deadline deadline;
    private @Nullable ByteBuf read;
    private @Nullable Context context;
    private @Nullable SslHandler engine;
    private String serverName = "";
    private long startedMillis;

    public ServerHandshake(ServerTls tls, Loop loop, Duration timeout) {
        this.tls = tls;
        this.handshakes = tls.handshakes();
        this.deadline = new Deadline(loop, timeout);
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
        ctx.fireChannelActive();
    }

    private void begin(ChannelHandlerContext ctx) {
        deadline.start(() -> late(ctx));
    }

    private void late(ChannelHandlerContext ctx) {
        handshakes.count(Side.SERVER, Result.FAILED);
        LOG.log(
                System.Logger.Level.DEBUG,
                "TLS with {0}: no handshake in time",
                ctx.channel().remoteAddress());
        close(ctx);
    }

    private static void close(ChannelHandlerContext ctx) {
        // past the engine, which would wait for its own good-bye
        ctx.channel().unsafe().close(ctx.channel().voidPromise());
    }

    // ---- whom the client wants

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (engine != null) {
            ctx.fireChannelRead(message);
            return;
        }
        ByteBuf all = joined(ctx, (ByteBuf) message);
        switch (ClientHello.read(all)) {
            case ClientHello.Reading.Unfinished more -> {}
            case ClientHello.Reading.Refused refused -> refuse(ctx, refused.why());
            case ClientHello.Reading.Whole whole -> choose(ctx, whole.hello());
        }
    }

    private ByteBuf joined(ChannelHandlerContext ctx, ByteBuf more) {
        ByteBuf had = read;
        if (had == null) {
            read = more;
            return more;
        }
        ByteBuf all = ClientHello.joined(ctx.alloc(), had, more);
        read = all;
        return all;
    }

    private void refuse(ChannelHandlerContext ctx, String why) {
        ByteBuf had = read;
        boolean plain = had != null && had.isReadable() && Character.isUpperCase(had.getByte(0));
        failed(ctx, why);
        answer(ctx, plain ? PLAIN_TEXT : new byte[0]);
    }

    private void answer(ChannelHandlerContext ctx, byte[] bytes) {
        deadline.remove();
        drop();
        ctx.writeAndFlush(Unpooled.wrappedBuffer(bytes)).addListener(ChannelFutureListener.CLOSE);
    }

    private void failed(ChannelHandlerContext ctx, String why) {
        handshakes.count(Side.SERVER, Result.FAILED);
        LOG.log(System.Logger.Level.DEBUG, "TLS with {0}: {1}", ctx.channel().remoteAddress(), why);
    }

    private void choose(ChannelHandlerContext ctx, ClientHello hello) {
        serverName = hello.serverName();
        if (!tls.speaks(hello.protocols())) {
            failed(ctx, "nothing of " + hello.protocols() + " is spoken here");
            answer(ctx, NO_APPLICATION_PROTOCOL);
            return;
        }
        SslHandler handler = null;
        Context chosen = tls.select(serverName);
        if (chosen != null) {
            handler = chosen.handler(ctx.alloc());
            if (handler == null) {
                // replaced between the two lines: what is there now
                chosen = tls.select(serverName);
                handler = chosen == null ? null : chosen.handler(ctx.alloc());
            }
        }
        if (chosen == null || handler == null) {
            failed(ctx, "no certificate for the name \"" + serverName + "\"");
            answer(ctx, UNRECOGNIZED_NAME);
            return;
        }
        context = chosen;
        install(ctx, handler);
    }

    private void install(ChannelHandlerContext ctx, SslHandler handler) {
        engine = handler;
        startedMillis = tls.clock().now().toEpochMilli();
        // the deadline of this class holds for all of it
        handler.setHandshakeTimeoutMillis(0);
        handler.setCloseNotifyFlushTimeoutMillis(1000);
        handler.setCloseNotifyReadTimeoutMillis(0);
        ctx.pipeline().addBefore(ctx.name(), "tls", handler);
        ByteBuf hello = read;
        read = null;
        if (hello != null) {
            try {
                handler.channelRead(ctx.pipeline().context(handler), hello);
            } catch (Exception e) {
                ctx.fireExceptionCaught(e);
            }
        }
    }

    // ---- the handshake

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent completed) {
            deadline.remove();
            if (completed.isSuccess()) {
                succeeded(ctx);
            } else {
                failed(ctx, TlsFailure.of(completed.cause()));
            }
            ctx.fireUserEventTriggered(event);
            if (completed.isSuccess() && !ctx.isRemoved()) {
                ctx.pipeline().replace(this, null, new TlsFailure.EndWatch());
            }
            return;
        }
        ctx.fireUserEventTriggered(event);
    }

    private void succeeded(ChannelHandlerContext ctx) {
        SslHandler handler = engine;
        Context used = context;
        if (handler == null || used == null) {
            return;
        }
        Secured secured = Facts.of(handler, used.trust(), serverName, startedMillis);
        ctx.channel().attr(SECURED).set(secured);
        handshakes.count(Side.SERVER, secured.resumed() ? Result.RESUMED : Result.FULL);
    }

    private void drop() {
        ByteBuf had = read;
        if (had != null) {
            read = null;
            had.release();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        deadline.remove();
        drop();
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        deadline.remove();
        drop();
    }
}
