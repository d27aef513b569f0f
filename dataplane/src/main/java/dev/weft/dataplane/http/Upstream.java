package dev.weft.dataplane.http;

import dev.weft.dataplane.event.ConnectionEvent;
import dev.weft.dataplane.event.Connections;
import dev.weft.dataplane.loop.Loop;
import dev.weft.dataplane.loop.Loops;
import dev.weft.dataplane.loop.Quota;
import dev.weft.dataplane.loop.Warmth;
import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Timeouts;
import dev.weft.dataplane.route.tls.TlsClient;
import dev.weft.dataplane.route.upstream.Cluster;
import dev.weft.dataplane.route.upstream.Pooling;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Failure;
import dev.weft.dataplane.service.Line;
import dev.weft.dataplane.service.Note;
import dev.weft.dataplane.tls.EndpointTls;
import dev.weft.dataplane.tls.Protocols;
import dev.weft.dataplane.tls.Securing;
import dev.weft.dataplane.tls.TlsFailure;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One endpoint and the connections to it: each event loop has a pool of its own and never lends;
 * how many are open and how many requests wait for one is counted over all loops. {@link #serve} on
 * the exchange's loop; the rest on any thread.
 */
public final class Upstream {
    /**
     * How long an upstream may take, and whose name its failures carry. Made once per route.
     *
     * @param object what is named as having decided: {@code Service default/blue}
     * @param answerNanos 0 for as long as it takes
     * @param idleNanos 0 for as long as it takes
     * @param tunnelIdleNanos how long a tunnel may be silent; 0 for as long as it takes
     * @param tunnelNanos how long a tunnel may last; 0 for as long as it takes
     */
    public record Terms(
            String object,
            int connectMillis,
            long answerNanos,
            long idleNanos,
            long tunnelIdleNanos,
            long tunnelNanos) {
        /** Of a connection that carries nothing yet. */
        public static final Terms NONE = new Terms("", 1000, 0, 0, 0, 0);

        Duration connect() {
            return Duration.ofMillis(connectMillis);
        }

        public static Terms of(String object, Timeouts timeouts) {
            return new Terms(
                    object,
                    (int) Math.min(Integer.MAX_VALUE, Math.max(1, timeouts.connect().toMillis())),
                    timeouts.answer().toNanos(),
                    timeouts.idle().toNanos(),
                    timeouts.lasting().tunnelIdle().toNanos(),
                    timeouts.lasting().tunnel().toNanos());
        }
    }

    /** A connection to an endpoint that carries bytes as they are, for one exchange. */
    public interface End extends ChannelHandler {
        /** No connection stood. */
        void failed(Failure failure);
    }

    /** Makes such connections for an exchange that has it as {@link Note#TUNNEL}. */
    public interface Digging {
        /**
         * @param gone to be called once, when the connection has ended that stood
         */
        End end(Exchange exchange, Terms terms, Runnable gone);
    }

    /** Connections to an endpoint that carry many exchanges each, as HTTP/2 does. */
    public interface Shared {
        /** On the exchange's loop. */
        void serve(Exchange exchange, Terms terms);

        /** Opens one before anybody asks for it, where a loop has none. On that loop. */
        void warm(Loop loop);

        /** Closes connections as soon as nothing is at work on them. Any thread. */
        void retire();
    }

    /** Makes them for endpoints that speak HTTP/2. */
    public interface Sharing {
        Shared of(Upstream upstream, Dialling dialling, Pooling bounds, Loops loops);
    }

    /** How connections are made; kept by the endpoint, which counts them. */
    public interface Dialling {
        /** Counts one more connection, if one more may be opened; a loop's first may be ever. */
        boolean take(boolean first);

        /** Connects; the carrier is told of what comes. */
        void connect(Carrier carrier, Terms terms, Loop loop);

        /** A connection that was counted has ended. */
        void gone(Loop loop);
    }

    /** A connection that is to carry many exchanges, while it is being made. Its event loop. */
    public interface Carrier extends ChannelHandler {
        void connectFailed(Throwable cause);

        /** The endpoint chose HTTP/1.1: the connection is another's now. */
        void gaveWay();

        /** The endpoint chose something that does not serve here; the connection is open still. */
        void notSpoken();
    }

    private static final int IDLE_MAX = 256;

    /** For how long a loop keeps more than its share while others wait as its own do. */
    private static final long TURN_NANOS = 50_000_000L;

    /** For how long an endpoint that chose HTTP/1.1 is not asked again for something better. */
    private static final long CHOICE_NANOS = 300_000_000_000L;

    private final Loops loops;
    private final Address address;
    private final SocketAddress socket;
    private final Pooling bounds;
    private final @Nullable EndpointTls secure;
    private final @Nullable EndpointTls secureShared;
    private final boolean negotiated;
    private final boolean bytes;
    private final Pool[] pools;
    private final Connections.Counts counts;
    private final Quota open = new Quota();
    private final Quota waiting = new Quota();
    private final @Nullable Shared shared;
    private final Warmth warmth;
    private volatile boolean retired;
    private volatile boolean choseHttp1;
    private volatile long choiceNanos;

    /** What one event loop has open to this endpoint. */
    private static final class Pool {
        final ArrayDeque<ClientConnection> idle = new ArrayDeque<>();
        final Line line;
        int open;
        long gaveWay;

        Pool(Quota waiting) {
            line = new Line(waiting::giveBack);
        }
    }

    /**
     * @param securing where TLS towards the endpoint comes from, if its cluster has any
     * @param sharing where connections come from that carry many exchanges, if its cluster has such
     * @param counts of the connections of its cluster
     */
    public Upstream(
            Loops loops,
            Address address,
            Cluster cluster,
            Securing securing,
            Sharing sharing,
            Connections.Counts counts) {
        this.counts = counts;
        this.loops = loops;
        TlsClient tls = cluster.tls();
        boolean http2 = cluster.protocol() == Cluster.Protocol.HTTP2;
        this.negotiated = cluster.protocol() == Cluster.Protocol.NEGOTIATED && tls != null;
        this.bytes = cluster.protocol() == Cluster.Protocol.BYTES;
        this.secure =
                tls == null || http2
                        ? null
                        : bytes
                                ? securing.bytes(tls)
                                : securing.endpoint(tls, List.of(Protocols.HTTP_1));
        var offered =
                http2 ? List.of(Protocols.HTTP_2) : List.of(Protocols.HTTP_2, Protocols.HTTP_1);
        this.secureShared =
                tls == null || !(http2 || negotiated) ? null : securing.endpoint(tls, offered);
        this.address = address;
        this.socket = address.isUnix() ? loops.transport().unix(address.path()) : address.socket();
        this.bounds = cluster.pooling();
        pools = new Pool[loops.count()];
        for (int i = 0; i < pools.length; i++) {
            pools[i] = new Pool(waiting);
        }
        shared = http2 || negotiated ? sharing.of(this, new Counted(), bounds, loops) : null;
        warmth = new Warmth(loops, bounds.warm(), open::used, this::warm);
        warmth.begin();
    }

    /** Connections that speak HTTP/2, counted and made as the others. */
    private final class Counted implements Dialling {
        @Override
        public boolean take(boolean first) {
            return open.take(first ? Integer.MAX_VALUE : bounds.connections());
        }

        @Override
        public void connect(Carrier carrier, Terms terms, Loop loop) {
            EndpointTls tls = secureShared;
            ChannelHandler handler =
                    tls == null
                            ? carrier
                            : tls.before(
                                    carrier,
                                    loop,
                                    terms.connect(),
                                    why -> carrier.connectFailed(new TlsFailure.Refused(why)),
                                    ctx -> otherwise(carrier, ctx, loop));
            Upstream.this.connect(handler, terms, loop, carrier::connectFailed);
        }

        /** The endpoint did not choose HTTP/2. */
        private void otherwise(Carrier carrier, ChannelHandlerContext ctx, Loop loop) {
            loop.tick();
            if (!negotiated) {
                carrier.notSpoken();
                return;
            }
            choiceNanos = loop.now();
            choseHttp1 = true;
            ctx.pipeline().replace(carrier, null, new ClientConnection(Upstream.this, loop));
            pools[loop.index()].open++;
            ctx.fireChannelActive();
            carrier.gaveWay();
        }

        @Override
        public void gone(Loop loop) {
            freed(loop);
            warmth.lost(loop);
        }
    }

    /** Opens a connection before anybody asks for it. */
    private void warm(Loop loop) {
        if (shared != null) {
            shared.warm(loop);
        } else if (!retired && open.take(bounds.connections())) {
            connect(new ClientConnection(this, loop), Terms.NONE, loop);
        }
    }

    public Address address() {
        return address;
    }

    /** How many connections are open, on all loops. */
    public int connections() {
        return open.used();
    }

    /** For how long an unused connection is kept; 0 for as long as it lasts. */
    long idleNanos() {
        return bounds.idle().toNanos();
    }

    /** Sends a request over a pooled connection, or over a new one, or has it wait for one. */
    public void serve(Exchange exchange, Terms terms) {
        boolean tunnel = exchange.note(Note.TUNNEL) != null;
        boolean http1 = choseHttp1 && exchange.home().now() - choiceNanos < CHOICE_NANOS;
        if (shared != null && !tunnel && !http1) {
            shared.serve(exchange, terms);
        } else {
            serveByOne(exchange, terms);
        }
    }

    /** Sends a request by HTTP/1.1, over a connection of its own; false where HTTP/2 is a must. */
    public boolean serveAlone(Exchange exchange, Terms terms) {
        if (negotiated) {
            serveByOne(exchange, terms);
        }
        return negotiated;
    }

    private void serveByOne(Exchange exchange, Terms terms) {
        Object tunnel = exchange.note(Note.TUNNEL);
        Loop loop = exchange.home();
        Pool pool = pools[loop.index()];
        ClientConnection idle = tunnel == null ? pooled(pool, loop.now()) : null;
        if (idle != null) {
            idle.send(exchange, terms);
        } else if (open.take(bounds.connections())) {
            if (tunnel instanceof Digging digging) {
                dig(digging, exchange, terms, loop);
            } else {
                connect(exchange, terms, loop);
            }
        } else if (waiting.take(bounds.pending())) {
            pool.line.add(
                    exchange,
                    next -> serveByOne(next, terms),
                    terms.connectMillis() * 1_000_000L,
                    Failures.noneFree(this, terms, bounds.connections()));
            // room may have come between the two looks, or be where nobody needs it
            wake(loop.index(), pools.length);
        } else {
            exchange.fail(Failures.full(this, terms, bounds.connections()));
        }
    }

    private @Nullable ClientConnection pooled(Pool pool, long now) {
        ClientConnection idle;
        do {
            idle = pool.idle.pollLast();
            if (idle != null && idle.wear.isOver(bounds, now)) {
                idle.close();
            }
        } while (idle != null && !idle.isUsable());
        return idle;
    }

    /** What is inside a tunnel is the business of its ends, its TLS too where HTTP is spoken. */
    private void dig(Digging digging, Exchange exchange, Terms terms, Loop loop) {
        End end = digging.end(exchange, terms, () -> freed(loop));
        ChannelHandler handler = end;
        if (bytes && secure != null) {
            handler =
                    secure.before(
                            end,
                            loop,
                            terms.connect(),
                            why ->
                                    end.failed(
                                            Failures.refused(
                                                    this, terms, new TlsFailure.Refused(why))),
                            null);
        }
        connect(
                handler,
                terms,
                loop,
                cause -> {
                    freed(loop);
                    end.failed(Failures.refused(this, terms, cause));
                });
    }

    private void connect(Exchange exchange, Terms terms, Loop loop) {
        var connection = new ClientConnection(this, loop);
        connection.await(exchange, terms);
        connect(connection, terms, loop);
    }

    private void connect(ClientConnection connection, Terms terms, Loop loop) {
        pools[loop.index()].open++;
        ChannelHandler handler = connection;
        if (secure != null) {
            handler =
                    secure.before(
                            connection,
                            loop,
                            terms.connect(),
                            why -> {
                                loop.tick();
                                connection.connectFailed(new TlsFailure.Refused(why));
                                connection.close();
                            },
                            null);
        }
        connect(
                handler,
                terms,
                loop,
                cause -> {
                    gone(loop, connection);
                    connection.connectFailed(cause);
                });
    }

    private void connect(
            ChannelHandler handler, Terms terms, Loop loop, Consumer<Throwable> failed) {
        ChannelFuture connecting =
                loops.transport()
                        .dialler(loop.eventLoop(), address.isUnix(), terms.connectMillis())
                        .handler(handler)
                        .connect(socket);
        connecting.addListener(done -> connected(connecting, handler, loop, failed));
    }

    private void connected(
            ChannelFuture done, ChannelHandler handler, Loop loop, Consumer<Throwable> failed) {
        if (!loop.eventLoop().inEventLoop()) {
            // there was no descriptor for a socket, nor therefore a loop of its own
            loop.executor().execute(() -> connected(done, handler, loop, failed));
        } else if (done.isSuccess()) {
            boolean tls = secure != null || secureShared != null;
            loops.transport().keepLittle(done.channel());
            counts.opened(done.channel(), tls && !(handler instanceof End));
        } else {
            counts.on(ConnectionEvent.FAILED);
            loop.tick();
            failed.accept(done.cause());
        }
    }

    /** Takes a connection back after a whole exchange; false when it is to be closed. */
    boolean putBack(Loop loop, ClientConnection connection) {
        Pool pool = pools[loop.index()];
        boolean surplus = pool.idle.size() >= IDLE_MAX || open.used() > bounds.connections();
        if (retired || surplus || connection.wear.isOver(bounds, loop.now())) {
            return false;
        }
        boolean much = pool.open * pools.length > bounds.connections();
        boolean turn = much && loop.now() - pool.gaveWay > TURN_NANOS;
        if (waiting.used() > pool.line.size() && (pool.line.isEmpty() || turn)) {
            // another loop is to open one in the place of this
            pool.gaveWay = loop.now();
            return false;
        }
        pool.idle.addLast(connection);
        wake(loop.index(), 1);
        return true;
    }

    /** A connection has ended. */
    void gone(Loop loop, ClientConnection connection) {
        Pool pool = pools[loop.index()];
        pool.idle.removeLastOccurrence(connection);
        pool.open--;
        freed(loop);
        warmth.lost(loop);
    }

    /** One less is open: whoever waits may have one, those of other loops first. */
    private void freed(Loop loop) {
        open.giveBack();
        wake(loop.index() + 1, pools.length);
    }

    /**
     * Goes from loop to loop. Lets the first that waits there try again, in a turn of its own, if
     * there is something for it; where nobody waits, what is idle gives way to others' exchanges.
     */
    private void wake(int first, int loopsLeft) {
        if (loopsLeft > 0 && waiting.used() > 0) {
            Loop loop = loops.all().get(first % pools.length);
            loop.executor()
                    .execute(
                            () -> {
                                awake(loop);
                                wake(first + 1, loopsLeft - 1);
                            });
        }
    }

    private void awake(Loop loop) {
        Pool pool = pools[loop.index()];
        if (!pool.line.isEmpty()) {
            if (!pool.idle.isEmpty() || open.used() < bounds.connections()) {
                waiting.giveBack();
                loop.tick();
                pool.line.next();
            }
        } else if (!pool.idle.isEmpty() && waiting.used() > 0) {
            pool.idle.removeFirst().close();
        }
    }

    /** Closes what is idle; what is at work closes when it has answered. */
    public void retire() {
        retired = true;
        warmth.end();
        if (shared != null) {
            shared.retire();
        }
        for (@Nullable EndpointTls tls : new @Nullable EndpointTls[] {secure, secureShared}) {
            if (tls != null) {
                tls.close();
            }
        }
        if (open.used() == 0) {
            return;
        }
        for (Loop loop : loops.all()) {
            var idle = pools[loop.index()].idle;
            loop.executor().execute(() -> List.copyOf(idle).forEach(ClientConnection::close));
        }
    }
}
