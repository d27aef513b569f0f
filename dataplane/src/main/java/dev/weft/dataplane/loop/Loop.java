package dev.weft.dataplane.loop;

import dev.weft.foundation.time.Clock;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What belongs to one event loop and is touched by no other thread: its timers, its exchanges that
 * wait to be used again, its reading of the clock.
 */
public final class Loop {
    private static final int KEPT = 1024;
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long TICK_NANOS = 100_000_000L;
    private static final long SHORT_TICK_NANOS = 10_000_000L;

    private final EventLoop eventLoop;
    private final int index;
    private final Clock clock;
    private final Timers timers;
    private final Timers shortTimers;
    private final Ledger ledger;
    private final Pressure pressure;
    private final Scratch scratch = new Scratch();
    private final Leeways leeways;
    private final ArrayDeque<Reusable> shelf = new ArrayDeque<>();
    private long now;
    private long dated;
    private byte[] date = {};
    private int copies;

    Loop(EventLoop eventLoop, int index, Clock clock, Ledger ledger, Transport transport) {
        this.eventLoop = eventLoop;
        this.index = index;
        this.clock = clock;
        this.ledger = ledger;
        this.leeways = new Leeways(transport);
        this.timers = new Timers(eventLoop, clock, TICK_NANOS);
        this.shortTimers = new Timers(eventLoop, clock, SHORT_TICK_NANOS);
        this.now = clock.nanos();
        this.pressure = new Pressure(ledger, this, now);
    }

    /** Which of the loops this is, from 0: the place of its counters. */
    public int index() {
        return index;
    }

    /** Timers of connections and requests, up to a tenth of a second late. */
    public Timers timers() {
        return timers;
    }

    /** Timers of a few milliseconds, up to ten late: for what waits a moment, and seldom. */
    public Timers shortTimers() {
        return shortTimers;
    }

    /** The account of all buffers. Any thread. */
    public Ledger ledger() {
        return ledger;
    }

    /** How full it is. */
    public Pressure pressure() {
        return pressure;
    }

    /** Buffers for what is written within one turn. */
    public Scratch scratch() {
        return scratch;
    }

    /** Which connections the kernel may keep much of. */
    public Leeways leeways() {
        return leeways;
    }

    /** How many timers are to expire. */
    public int armedTimers() {
        return timers.armed() + shortTimers.armed();
    }

    /** Any thread. */
    public Executor executor() {
        return eventLoop;
    }

    public EventLoop eventLoop() {
        return eventLoop;
    }

    /** Reads the clock: once per turn is enough. */
    public long tick() {
        now = clock.nanos();
        pressure.at(now);
        return now;
    }

    /** The clock as it was read in this turn. */
    public long now() {
        return now;
    }

    /** The header line with the date of this second. Not to be changed. */
    public byte[] dateLine() {
        if (now - dated >= SECOND_NANOS || date.length == 0) {
            dated = now;
            date = HttpDate.line(clock.now());
        }
        return date;
    }

    /** Something that was put back, or null. */
    public @Nullable Reusable take() {
        return shelf.pollLast();
    }

    public void putBack(Reusable thing) {
        if (shelf.size() < KEPT) {
            shelf.addLast(thing);
        }
    }

    /** Counts one more copy of a request; false when so many are at work already. */
    public boolean enterCopy(int max) {
        boolean room = copies < max;
        copies += room ? 1 : 0;
        return room;
    }

    public void leaveCopy() {
        copies--;
    }

    /** An exchange that waits to be used again. */
    public interface Reusable {}
}
