package dev.weft.dataplane.http;

import dev.weft.dataplane.loop.Loop;
import dev.weft.dataplane.loop.Loops;
import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Timeouts;
import dev.weft.dataplane.service.Exchange;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One endpoint and the connections to it: each event loop has a pool of its own and never lends.
 * {@link #serve} on the exchange's loop; the rest on any thread.
 */
public final class Upstream {
    /**
     * How long an upstream may take, and whose name its failures carry. Made once per route.
     *
     * @param object what is named as having decided: {@code Service default/blue}
     * @param answerNanos 0 for as long as it takes
     * @param idleNanos 0 for as long as it takes
     */
    public record Terms(String object, int connectMillis, long answerNanos, long idleNanos) {
        public static Terms of(String object, Timeouts timeouts) {
            return new Terms(
                    object,
                    (int) Math.min(Integer.MAX_VALUE, Math.max(1, timeouts.connect().toMillis())),
                    timeouts.answer().toNanos(),
                    timeouts.idle().toNanos());
        }
    }

    private static final int CONNECTIONS_MAX = 4096;
    private static final int IDLE_MAX = 256;

    /** Longer than most servers take to drop an idle connection would mean to lose requests. */
    static final long IDLE_NANOS = 4_000_000_000L;

    /** For how long an endpoint that refused a connection is passed over. */
    private static final long AVOID_NANOS = 1_000_000_000L;

    private final Loops loops;
    private final Address address;
    private final InetSocketAddress socket;
    private final Pool[] pools;
    private final AtomicInteger open = new AtomicInteger();
    private volatile long avoidUntil;
    private volatile boolean avoided;
    private volatile boolean retired;

    /** What one event loop has open to this endpoint. */
    private static final class Pool {
        final ArrayDeque<ClientConnection> idle = new ArrayDeque<>();
        int open;
    }

    public Upstream(Loops loops, Address address) {
        this.loops = loops;
        this.address = address;
        this.socket = address.socket();
        pools = new Pool[loops.count()];
        for (int i = 0; i < pools.length; i++) {
            pools[i] = new Pool();
        }
    }

    public Address address() {
        return address;
    }

    /** Whether it refused a connection just now. */
    public boolean avoided(long nowNanos) {
        return avoided && nowNanos - avoidUntil < 0;
    }

    /** How many connections are open, on all loops. */
    public int connections() {
        return open.get();
    }

    /** Sends a request over a pooled connection, or over a new one. */
    public void serve(Exchange exchange, Terms terms) {
        Loop loop = exchange.home();
        Pool pool = pools[loop.index()];
        ClientConnection idle;
        do {
            idle = pool.idle.pollLast();
        } while (idle != null && !idle.isUsable());
        if (idle != null) {
            idle.send(exchange, terms);
        } else if (pool.open >= CONNECTIONS_MAX) {
            exchange.fail(Failures.full(this, terms, CONNECTIONS_MAX));
        } else {
            connect(exchange, terms, loop, pool);
        }
    }

    private void connect(Exchange exchange, Terms terms, Loop loop, Pool pool) {
        pool.open++;
        open.incrementAndGet();
        var connection = new ClientConnection(this, loop);
        connection.await(exchange, terms);
        new Bootstrap()
                .group(loop.eventLoop())
                .channelFactory(loops.transport().clients())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, terms.connectMillis())
                .handler(connection)
                .connect(socket)
                .addListener(
                        future -> {
                            if (future.isSuccess()) {
                                avoided = false;
                            } else {
                                failed(loop, connection, future.cause());
                            }
                        });
    }

    private void failed(Loop loop, ClientConnection connection, Throwable cause) {
        gone(loop, connection);
        if (connection.isWanted()) {
            avoidUntil = loop.tick() + AVOID_NANOS;
            avoided = true;
            connection.connectFailed(cause);
        }
    }

    /** Takes a connection back after a whole exchange; false when it is to be closed. */
    boolean putBack(Loop loop, ClientConnection connection) {
        Pool pool = pools[loop.index()];
        if (retired || pool.idle.size() >= IDLE_MAX) {
            return false;
        }
        pool.idle.addLast(connection);
        return true;
    }

    /** A connection has ended. */
    void gone(Loop loop, ClientConnection connection) {
        Pool pool = pools[loop.index()];
        pool.idle.removeLastOccurrence(connection);
        pool.open--;
        open.decrementAndGet();
    }

    /** Closes what is idle; what is at work closes when it has answered. */
    public void retire() {
        retired = true;
        for (Loop loop : loops.all()) {
            loop.executor()
                    .execute(
                            () -> {
                                Pool pool = pools[loop.index()];
                                ClientConnection idle;
                                while ((idle = pool.idle.pollLast()) != null) {
                                    idle.close();
                                }
                            });
        }
    }
}
