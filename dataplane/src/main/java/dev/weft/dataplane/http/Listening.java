package dev.weft.dataplane.http;

import dev.weft.dataplane.loop.Loop;
import dev.weft.dataplane.loop.Loops;
import dev.weft.dataplane.route.Refusal;
import dev.weft.dataplane.service.Service;
import dev.weft.dataplane.tls.ServerHandshake;
import dev.weft.dataplane.tls.ServerTls;
import dev.weft.foundation.fault.Faults;
import dev.weft.foundation.time.Clock;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One address on which HTTP/1 requests are taken and handed to one service. Any thread. Owns the
 * listening socket and knows the connections that came through it.
 */
public final class Listening implements AutoCloseable {
    private static final int BACKLOG = 4096;
    private static final Duration CUT_PATIENCE = Duration.ofSeconds(1);

    private final Service service;
    private final ServerLimits limits;
    private final @Nullable ServerTls tls;
    private final Faults faults;
    private final Clock clock;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final Object change = new Object();
    private volatile Consumer<String> causes = cause -> {};
    private volatile boolean draining;
    private @Nullable Channel channel;

    /** A connection that came through it, whatever it speaks. Any thread. */
    public interface Connection {
        /** Ends as soon as nothing is at work. */
        void drain();

        /** Ends at once. */
        void abort();
    }

    private Listening(
            Service service,
            ServerLimits limits,
            @Nullable ServerTls tls,
            Faults faults,
            Clock clock) {
        this.clock = clock;
        this.service = service;
        this.limits = limits;
        this.tls = tls;
        this.faults = faults;
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
        var listening = new Listening(service, limits, tls, faults, loops.clock());
        ChannelFuture bound =
                new ServerBootstrap()
                        .group(loops.group())
                        .channelFactory(loops.transport().servers())
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(ChannelOption.SO_KEEPALIVE, true)
                        .childHandler(listening.new Initializer(loops))
                        .bind(address)
                        .awaitUninterruptibly();
        Throwable cause = bound.cause();
        if (cause != null) {
            throw new IOException("cannot listen on " + address + ": " + cause.getMessage(), cause);
        }
        listening.channel = bound.channel();
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

    private final class Initializer extends ChannelInitializer<Channel> {
        private final Loops loops;

        Initializer(Loops loops) {
            this.loops = loops;
        }

        @Override
        protected void initChannel(Channel accepted) {
            Loop loop = loops.of(accepted.eventLoop());
            ServerTls secure = tls;
            if (secure != null) {
                accepted.pipeline()
                        .addLast(new ServerHandshake(secure, loop, ServerHandshake.USUAL_TIMEOUT));
            }
            accepted.pipeline().addLast(new ServerConnection(Listening.this, loop));
        }
    }

    /** The address that was bound, with the port that was chosen. */
    public InetSocketAddress address() {
        Channel bound = channel;
        if (bound == null) {
            throw new IllegalStateException("not bound");
        }
        return (InetSocketAddress) bound.localAddress();
    }

    public int connections() {
        return connections.size();
    }

    /** Takes no more connections, lets requests at work end for so long, then cuts the rest. */
    public void drain(Duration patience) {
        stop();
        awaitEmpty(patience);
        connections.forEach(Connection::abort);
        // a loop that ends closes what it still has in good order, which would hide the cut
        awaitEmpty(CUT_PATIENCE);
    }

    private void awaitEmpty(Duration patience) {
        synchronized (change) {
            long left = patience.toNanos();
            long end = clock.nanos() + left;
            while (!connections.isEmpty() && left > 0) {
                try {
                    TimeUnit.NANOSECONDS.timedWait(change, left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
                left = end - clock.nanos();
            }
        }
    }

    /** Takes no more connections, and closes each as soon as it is idle. Does not wait. */
    public void stop() {
        draining = true;
        Channel bound = channel;
        if (bound != null) {
            bound.close().awaitUninterruptibly();
        }
        connections.forEach(Connection::drain);
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

    public void refused(Refusal refusal) {
        causes.accept(refusal.cause());
    }

    public Service service() {
        return service;
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
        if (draining) {
            synchronized (change) {
                change.notifyAll();
            }
        }
    }
}
