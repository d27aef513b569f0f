package dev.weft.dataplane.tcp;

import dev.weft.dataplane.http.FieldName;
import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.http.HeadFiller;
import dev.weft.dataplane.http.Upstream;
import dev.weft.dataplane.http.body.Lingering;
import dev.weft.dataplane.loop.Loops;
import dev.weft.dataplane.loop.Open;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Note;
import dev.weft.dataplane.service.Service;
import dev.weft.dataplane.tls.ServerHandshake;
import dev.weft.dataplane.tls.ServerTls;
import dev.weft.foundation.fault.Faults;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Passes connections on, each to one endpoint that its service chooses. Any thread, but for what
 * takes a connection: its event loop. A change of routes is for new connections; those that stand
 * go on.
 */
public final class Forwarding implements AutoCloseable {
    private static final Duration CUT_PATIENCE = Duration.ofSeconds(1);
    private static final int CONNECTIONS_MAX = 65_536;

    private final Loops loops;
    private final Faults faults;
    private final Consumer<String> causes;
    private final Upstream.Digging digging = FarEnd::new;
    private final Open<Channel> callers;

    /**
     * @param causes told of the cause of every connection that is refused
     */
    public Forwarding(Loops loops, Faults faults, Consumer<String> causes) {
        this.loops = loops;
        this.faults = faults;
        this.causes = causes;
        this.callers = new Open<>(loops.clock());
    }

    /** Passes on a connection that has just been accepted. */
    public void accept(Channel caller, Service service) {
        take(caller, service, null, () -> {});
    }

    /**
     * Passes on a connection some of whose bytes have been read.
     *
     * @param read what the caller said before; is released
     * @param serverFirst run when the endpoint is the first to speak
     */
    public void take(
            Channel caller, Service service, @Nullable ByteBuf read, Runnable serverFirst) {
        take(caller, service, read, NearEnd.Asked.bytes(serverFirst));
    }

    private void take(
            Channel caller, Service service, @Nullable ByteBuf read, NearEnd.Asked asked) {
        var near = new NearEnd(this, loops.of(caller.eventLoop()), asked);
        caller.pipeline().addLast(near);
        if (read != null) {
            near.keep(read);
        }
        if (register(caller)) {
            near.start(service);
        }
    }

    /**
     * Serves a CONNECT that came over HTTP/1.
     *
     * @param target who finds the endpoint
     */
    public void connect(ChannelHandlerContext ctx, Service target, Head head, ByteBuf rest) {
        Connect connect = Connect.of(head);
        var asked =
                new NearEnd.Asked(
                        true,
                        connect.host(),
                        connect.port(),
                        head.value(FieldName.ACCEPT).orElse(""),
                        () -> {});
        ByteBuf more = null;
        if (rest.isReadable()) {
            more = ctx.alloc().directBuffer(rest.readableBytes());
            more.writeBytes(rest);
        }
        Channel channel = ctx.channel();
        take(channel, connect.problem().isEmpty() ? target : connect::refuse, more, asked);
        channel.pipeline().remove(ctx.handler());
    }

    /**
     * Serves a CONNECT that came over a stream, whose end towards the caller is the stream's.
     *
     * @param target who finds the endpoint
     */
    public void connect(Exchange exchange, Service target) {
        Head head = exchange.request();
        Connect connect = Connect.of(head);
        if (!connect.problem().isEmpty()) {
            connect.refuse(exchange);
            return;
        }
        String accept = head.value(FieldName.ACCEPT).orElse("");
        HeadFiller.tunnel(head, connect.host(), connect.port());
        if (!accept.isEmpty()) {
            head.add("accept", accept);
        }
        exchange.note(Note.TUNNEL, digging);
        target.serve(exchange);
    }

    /** Takes TLS off and passes on what is inside. */
    public void acceptTls(Channel caller, Service service, ServerTls tls) {
        var handshake =
                new ServerHandshake(
                        tls, loops.of(caller.eventLoop()), ServerHandshake.USUAL_TIMEOUT);
        caller.pipeline().addLast(handshake, new Handshaken(service));
        register(caller);
    }

    /** Waits for the end of the handshake. */
    private final class Handshaken extends ChannelInboundHandlerAdapter {
        private final Service service;

        Handshaken(Service service) {
            this.service = service;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslHandshakeCompletionEvent done && done.isSuccess()) {
                Channel caller = ctx.channel();
                callers.remove(caller);
                take(caller, service, null, () -> {});
                ctx.pipeline().remove(this);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            var unused = ctx.close();
        }
    }

    private boolean register(Channel caller) {
        if (callers.count() >= CONNECTIONS_MAX || loops.of(caller.eventLoop()).pressure().sheds()) {
            var unused = caller.close();
            return false;
        }
        if (callers.add(caller)) {
            caller.closeFuture().addListener(closed -> callers.remove(caller));
        }
        return true;
    }

    Upstream.Digging digging() {
        return digging;
    }

    Faults faults() {
        return faults;
    }

    void refused(String cause) {
        causes.accept(cause);
    }

    public int connections() {
        return callers.count();
    }

    /** Waits until no connection is open, up to a moment of the clock. Not on an event loop. */
    public void awaitNone(long endNanos) {
        callers.awaitNone(endNanos);
    }

    /** Cuts every connection. No more are to be handed over. */
    @Override
    public void close() {
        cut();
        // a loop that ends closes what it still has in good order, which would hide the cut
        awaitNone(loops.clock().nanos() + CUT_PATIENCE.toNanos());
    }

    /** Cuts the connections that are open. Does not wait. */
    public void cut() {
        callers.forEach(caller -> caller.eventLoop().execute(() -> Lingering.reset(caller)));
    }
}
