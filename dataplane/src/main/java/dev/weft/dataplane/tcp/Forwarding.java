package dev.weft.dataplane.tcp;

import dev.weft.dataplane.loop.Loops;
import dev.weft.dataplane.tls.ServerHandshake;
import dev.weft.dataplane.tls.ServerTls;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Passes connections on, each to one endpoint. Any thread, but for what takes a connection: its
 * event loop. A change of targets is for new connections; those that stand go on.
 */
public final class Forwarding implements AutoCloseable {
    private static final int CONNECTIONS_MAX = 65_536;

    private final Loops loops;
    private final Set<Channel> callers = ConcurrentHashMap.newKeySet();

    public Forwarding(Loops loops) {
        this.loops = loops;
    }

    /** Passes on a connection that has just been accepted. */
    public void accept(Channel caller, Targets targets) {
        take(caller, targets, null, () -> {});
    }

    /**
     * Passes on a connection some of whose bytes have been read.
     *
     * @param read what the caller said before; is released
     * @param serverFirst run when the endpoint is the first to speak
     */
    public void take(
            Channel caller, Targets targets, @Nullable ByteBuf read, Runnable serverFirst) {
        var early = new Early();
        if (read != null) {
            early.keep(read);
        }
        caller.pipeline().addLast(early);
        if (!register(caller)) {
            return;
        }
        caller.config().setAutoRead(false);
        caller.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        new Relay(loops, caller, early, targets, serverFirst).start();
    }

    /** Takes TLS off and passes on what is inside. */
    public void acceptTls(Channel caller, Targets targets, ServerTls tls) {
        var handshake =
                new ServerHandshake(
                        tls, loops.of(caller.eventLoop()), ServerHandshake.USUAL_TIMEOUT);
        caller.pipeline().addLast(handshake, new Handshaken(targets));
        register(caller);
    }

    /** Waits for the end of the handshake. */
    private final class Handshaken extends ChannelInboundHandlerAdapter {
        private final Targets targets;

        Handshaken(Targets targets) {
            this.targets = targets;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslHandshakeCompletionEvent done && done.isSuccess()) {
                Channel caller = ctx.channel();
                callers.remove(caller);
                take(caller, targets, null, () -> {});
                ctx.pipeline().remove(this);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            var unused = ctx.close();
        }
    }

    private boolean register(Channel caller) {
        if (callers.size() >= CONNECTIONS_MAX) {
            var unused = caller.close();
            return false;
        }
        if (callers.add(caller)) {
            caller.closeFuture().addListener(closed -> callers.remove(caller));
        }
        return true;
    }

    public int connections() {
        return callers.size();
    }

    /** Cuts every connection. */
    @Override
    public void close() {
        for (Channel caller : callers) {
            var unused = caller.close();
        }
    }
}
