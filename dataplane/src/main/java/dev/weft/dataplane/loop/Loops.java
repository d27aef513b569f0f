package dev.weft.dataplane.loop;

import dev.weft.foundation.task.Promptness;
import dev.weft.foundation.time.Clock;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A set of event loops. Any thread. Whoever made it closes it, after everything that runs on it.
 */
public final class Loops implements AutoCloseable {
    private final Transport transport;
    private final EventLoopGroup group;
    private final Clock clock;
    private final Ledger ledger;
    private final List<Loop> loops = new ArrayList<>();

    /** By the best transport that there is here. */
    public Loops(String name, int count, Clock clock) {
        this(name, count, clock, Transport.best(), Ledger.unbounded());
    }

    public Loops(String name, int count, Clock clock, Transport transport, Ledger ledger) {
        this.transport = transport;
        this.clock = clock;
        this.ledger = ledger;
        group =
                new MultiThreadIoEventLoopGroup(
                        count, new DefaultThreadFactory(name, true), transport.handlers());
        int index = 0;
        for (EventExecutor executor : group) {
            loops.add(new Loop((EventLoop) executor, index++, clock, ledger, transport));
        }
    }

    public int count() {
        return loops.size();
    }

    public List<Loop> all() {
        return List.copyOf(loops);
    }

    /** How many timers are to expire, on all of them; waits for each, so on none of them. */
    public int armedTimers() {
        if (group.isShuttingDown()) {
            return 0;
        }
        return loops.stream()
                .mapToInt(
                        loop ->
                                CompletableFuture.supplyAsync(loop::armedTimers, loop.executor())
                                        .join())
                .sum();
    }

    public Clock clock() {
        return clock;
    }

    /** The account of all their buffers. */
    public Ledger ledger() {
        return ledger;
    }

    public Transport transport() {
        return transport;
    }

    public EventLoopGroup group() {
        return group;
    }

    public Loop of(EventLoop eventLoop) {
        for (int i = 0; i < loops.size(); i++) {
            if (loops.get(i).eventLoop() == eventLoop) {
                return loops.get(i);
            }
        }
        throw new IllegalArgumentException("an event loop of another set");
    }

    /** Has every loop run as soon as it wakes. */
    public void run(Promptness promptness) {
        for (Loop loop : loops) {
            loop.executor().execute(promptness::ofThisThread);
        }
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
}
