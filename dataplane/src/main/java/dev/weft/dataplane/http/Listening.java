package dev.weft.dataplane.http;

import dev.weft.dataplane.event.Connections;
import dev.weft.dataplane.loop.Acceptor;
import dev.weft.dataplane.loop.Loop;
import dev.weft.dataplane.loop.Loops;
import dev.weft.dataplane.loop.Open;
import dev.weft.dataplane.route.Refusal;
import dev.weft.dataplane.service.Service;
import dev.weft.dataplane.tls.ServerHandshake;
import dev.weft.dataplane.tls.ServerTls;
import dev.weft.foundation.fault.Faults;
import dev.weft.foundation.time.Clock;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One address on which HTTP/1 requests are taken and handed to one service. Any thread. Owns the
 * listening socket and knows the connections that came through it.
 */
public final class Listening implements AutoCloseable {
    private static final Duration CUT_PATIENCE = Duration.ofSeconds(1);

    private final Service service;
    private final ServerLimits limits;
    private final Faults faults;
    private final Clock clock;
    private final Open<Connection> connections;
    private volatile Consumer<String> causes = cause -> {};
    private volatile @Nullable Takeover other;
    private volatile @Nullable Takeover tunnels;
    private volatile @Nullable Service streamTunnels;
    private volatile Connections.Counts counts = Connections.Counts.unread();
    private volatile boolean draining;
    private volatile long age;
    private final AtomicInteger ended = new AtomicInteger();
    private @Nullable Acceptor socket;

    /** Serves a connection whose first bytes are not HTTP/1's. */
    public interface Takeover {
        /**
         * Takes the place of the context's handler.
         *
         * @param head what was read so far, as bytes
         * @param rest what came behind it
         */
        void take(
                ChannelHandlerContext ctx, Listening listening, Loop loop, Head head, ByteBuf rest);
    }

    /** A connection that came through it, whatever it speaks. Any thread. */
    public interface Connection {
        /** Ends as soon as nothing is at work. */
        void drain();

        /** Ends at once. */
        void abort();
    }

    private Listening(Service service, ServerLimits limits, Faults faults, Clock clock) {
        this.clock = clock;
        this.connections = new Open<>(clock);
        this.service = service;
        this.limits = limits;
        this.faults = faults;
    }

    /** One that owns no socket: connections are handed to {@link #accept}. */
    public static Listening unbound(
            Loops loops, Service service, ServerLimits limits, Faults faults) {
        return new Listening(service, limits, faults, loops.clock());
    }

    /**
     * Binds an address.
     *
     * @param tls closed by whoever made it; null for requests in clear
     * @throws IOException when it cannot be bound
     */
    public static Listening bind(
            Loops loops,
            InetSocketAddress address,
            @Nullable ServerTls tls,
            Service service,
            ServerLimits limits,
            Faults faults)
            throws IOException {
        var listening = new Listening(service, limits, faults, loops.clock());
        listening.socket =
                Acceptor.bind(
                        loops,
                        address,
                        (accepted, loop) -> {
                            listening.counts.opened(accepted, tls != null);
                            listening.accept(accepted, loop, tls);
                        });
        return listening;
    }

    /** Binds an address for requests in clear. */
    public static Listening bind(
            Loops loops,
            InetSocketAddress address,
            Service service,
            ServerLimits limits,
            Faults faults)
            throws IOException {
        return bind(loops, address, null, service, limits, faults);
    }

    /**
     * Serves a connection that stands; on its event loop.
     *
     * @param secure null for requests in clear
     */
    public void accept(Channel accepted, Loop loop, @Nullable ServerTls secure) {
        if (secure == null) {
            accepted.pipeline().addLast(new ServerConnection(this, loop));
        } else {
            accepted.pipeline()
                    .addLast(
                            new ServerHandshake(secure, loop, ServerHandshake.USUAL_TIMEOUT),
                            new Agreeing(loop));
        }
    }

    /** Waits for the handshake, by which HTTP/1 or HTTP/2 is agreed on. */
    private final class Agreeing extends ChannelInboundHandlerAdapter {
        private final Loop loop;

        Agreeing(Loop loop) {
            this.loop = loop;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            // nobody is there yet who could use it
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslHandshakeCompletionEvent done && done.isSuccess()) {
                // HTTP/2, where it was agreed on, shows itself by its first bytes as it does in
                // clear
                loop.tick();
                ctx.pipeline().addLast(new ServerConnection(Listening.this, loop));
                ctx.fireChannelActive();
                ctx.pipeline().remove(this);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            var unused = ctx.close();
        }
    }

    /** The address that was bound, with the port that was chosen. */
    public InetSocketAddress address() {
        Acceptor bound = socket;
        if (bound == null) {
            throw new IllegalStateException("not bound");
        }
        return bound.address();
    }

    public int connections() {
        return connections.count();
    }

    /** Takes no more connections, lets requests at work end for so long, then cuts the rest. */
    public void drain(Duration patience) {
        stop();
        awaitNone(clock.nanos() + patience.toNanos());
        cut();
        // a loop that ends closes what it still has in good order, which would hide the cut
        awaitNone(clock.nanos() + CUT_PATIENCE.toNanos());
    }

    /** Waits until no connection is open, up to a moment of the clock. Not on an event loop. */
    public void awaitNone(long endNanos) {
        connections.awaitNone(endNanos);
    }

    /** Takes no more connections, and closes each as soon as it is idle. Does not wait. */
    public void stop() {
        draining = true;
        Acceptor bound = socket;
        if (bound != null) {
            bound.close();
        }
        connections.forEach(Connection::drain);
    }

    /** Cuts what is at work. Does not wait. */
    public void cut() {
        connections.forEach(Connection::abort);
    }

    /**
     * Closes each connection that is open now as soon as it is idle; others may come.
     *
     * @return cuts those of them that are still open when it is run
     */
    public Runnable leave() {
        List<Connection> now = new ArrayList<>();
        connections.forEach(now::add);
        now.forEach(Connection::drain);
        return () -> now.forEach(Connection::abort);
    }

    /** Cuts everything at once. */
    @Override
    public void close() {
        drain(Duration.ZERO);
    }

    /** Has somebody told of the cause of every answer that is made up here. */
    public Listening reporting(Consumer<String> to) {
        causes = to;
        return this;
    }

    /**
     * Has connections end after so long, each a little sooner or later: HTTP/1 with its next
     * answer, HTTP/2 with a good-bye. Zero: never. For those that come from now on.
     */
    public void lasting(Duration longest) {
        age = longest.toNanos();
    }

    /** When a connection that begins now is to end. */
    public long endOf(long now) {
        long whole = age;
        if (whole == 0) {
            return now + Long.MAX_VALUE / 2;
        }
        // the golden section spreads them evenly: from nine to eleven tenths
        int turn = ended.getAndIncrement() * 0x9E3779B9;
        return now
                + whole / 10 * 9
                + (long) (whole / 5 * ((turn >>> 1) / (double) Integer.MAX_VALUE));
    }

    /** Has the connections counted that come through its own socket. */
    public Listening counting(Connections.Counts in) {
        counts = in;
        return this;
    }

    /** Has connections that do not begin as HTTP/1 does served by another. */
    public Listening speaking(Takeover takeover) {
        other = takeover;
        return this;
    }

    /**
     * Has CONNECT served by others.
     *
     * @param takeover of HTTP/1, where it takes the whole connection
     * @param streams of HTTP/2, where it takes one stream; the request has HTTP/1's shape
     */
    public Listening tunnelling(Takeover takeover, Service streams) {
        tunnels = takeover;
        streamTunnels = streams;
        return this;
    }

    /** Whether a head that was refused asks for a tunnel over a stream, and there may be one. */
    public boolean digs(Head refused) {
        return streamTunnels != null && RequestLine.isConnect(refused);
    }

    /**
     * Whether a head that was refused belongs to another protocol that is served here.
     *
     * @param first whether nothing has been served on the connection
     */
    boolean handsOver(Head refused, boolean first) {
        return RequestLine.isConnect(refused)
                ? tunnels != null
                : first && other != null && RequestLine.isForeign(refused);
    }

    void handOver(ChannelHandlerContext ctx, Loop loop, Head head, ByteBuf rest) {
        Takeover to = RequestLine.isConnect(head) ? tunnels : other;
        if (to != null) {
            to.take(ctx, this, loop, head, rest);
        }
    }

    public void refused(Refusal refusal) {
        causes.accept(refusal.cause());
    }

    /** Why a request is not served at all; null: it is. On its event loop. */
    public @Nullable Refusal refusal(Loop loop, Head request) {
        if (request.contentLength > limits.bodyBytesMax()) {
            return Refusals.bodyTooLong(limits.bodyBytesMax());
        }
        return loop.pressure().sheds() ? Refusals.shed() : null;
    }

    /** Hands a request over; false when the service failed, which is reported. */
    public boolean serve(ServerExchange exchange) {
        return serve(exchange, service);
    }

    /** Hands over one that {@link #digs}. */
    public boolean dig(ServerExchange exchange) {
        Service to = streamTunnels;
        return to != null && serve(exchange, to);
    }

    private boolean serve(ServerExchange exchange, Service to) {
        try {
            to.serve(exchange);
            return true;
        } catch (RuntimeException e) {
            faults.report("a service failed for a request over " + name(), e);
            return false;
        }
    }

    private String name() {
        Acceptor bound = socket;
        return bound == null ? "a listener" : bound.address().toString();
    }

    public ServerLimits limits() {
        return limits;
    }

    public Faults faults() {
        return faults;
    }

    public boolean draining() {
        return draining;
    }

    public void opened(Connection connection) {
        connections.add(connection);
    }

    public void closed(Connection connection) {
        connections.remove(connection);
    }
}
