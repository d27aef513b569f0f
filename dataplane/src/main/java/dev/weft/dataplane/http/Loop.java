package dev.weft.dataplane.http;

import dev.weft.foundation.time.Clock;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/**
 * What belongs to one event loop and is touched by no other thread: its timers, its exchanges that
 * wait to be used again, its reading of the clock.
 */
public final class Loop {
    private static final int EXCHANGES_KEPT = 1024;

    private final EventLoop eventLoop;
    private final int index;
    private final Clock clock;
    private final Timers timers;
    private final ArrayDeque<ServerExchange> spare = new ArrayDeque<>();
    private long now;

    Loop(EventLoop eventLoop, int index, Clock clock) {
        this.eventLoop = eventLoop;
        this.index = index;
        this.clock = clock;
        this.timers = new Timers(eventLoop, clock);
        this.now = clock.nanos();
    }

    /** Which of the loops this is, from 0: the place of its counters. */
    public int index() {
        return index;
    }

    public Timers timers() {
        return timers;
    }

    /** Any thread. */
    public Executor executor() {
        return eventLoop;
    }

    EventLoop eventLoop() {
        return eventLoop;
    }

    /** Reads the clock: once per turn is enough. */
    public long tick() {
        now = clock.nanos();
        return now;
    }

    /** The clock as it was read in this turn. */
    public long now() {
        return now;
    }

    ServerExchange exchange() {
        ServerExchange exchange = spare.pollLast();
        return exchange == null ? new ServerExchange(this) : exchange;
    }

    void giveBack(ServerExchange exchange) {
        if (spare.size() < EXCHANGES_KEPT) {
            spare.addLast(exchange);
        }
    }
}
