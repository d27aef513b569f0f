package dev.weft.dataplane.loop;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.internal.PlatformDependent;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * One account of the memory that bytes under way hold, whoever holds them: what was read and not
 * yet passed on, what waits to be written, bodies that are kept for another try, frames, heads,
 * what TLS has in hand, the pipes of local services. Above four fifths of its limit bodies of
 * callers are read no more, close to it requests are refused, so that memory never runs out. Any
 * thread.
 *
 * <p>Nobody counts buffers: the allocator of all of them knows what it has handed out, to the byte,
 * and is asked a hundred times a second. Only what stands in arrays is counted here, by the few who
 * hold much of it.
 */
public final class Ledger {
    /** Where every buffer of a connection comes from. */
    public static final PooledByteBufAllocator BUFFERS = PooledByteBufAllocator.DEFAULT;

    private static final int STOP_PERCENT = 80;
    private static final int STOP_UNTIL_PERCENT = 70;
    private static final int SHED_PERCENT = 95;
    private static final int SHED_UNTIL_PERCENT = 88;

    /** How full it is. */
    public enum Level {
        /** There is room. */
        ROOM,
        /** No more of callers' bodies is read. */
        STOPPED,
        /** And requests that come are refused. */
        SHEDDING
    }

    /**
     * A reading.
     *
     * @param used bytes that are held now
     * @param stopped how often reading was stopped
     * @param shed how many requests and connections were refused
     */
    public record Reading(long used, long limit, Level level, long stopped, long shed) {
        /** In the text format of Prometheus. */
        public String exposition() {
            return line("weft_buffer_bytes", "gauge", "Memory that bytes under way hold.", used)
                    + line("weft_buffer_bytes_max", "gauge", "Its limit; 0: none.", limit)
                    + line(
                            "weft_buffer_level",
                            "gauge",
                            "0: room, 1: bodies are read no more, 2: requests are refused too.",
                            level.ordinal())
                    + line(
                            "weft_buffer_stopped_total",
                            "counter",
                            "How often reading was stopped for want of memory.",
                            stopped)
                    + line(
                            "weft_buffer_shed_total",
                            "counter",
                            "Requests and connections refused for want of memory.",
                            shed);
        }

        private static String line(String name, String type, String help, long value) {
            return "# HELP "
                    + name
                    + " "
                    + help
                    + "\n# TYPE "
                    + name
                    + " "
                    + type
                    + "\n"
                    + name
                    + " "
                    + value
                    + "\n";
        }
    }

    private final long limit;
    private final LongSupplier buffers;
    private final LongAdder arrays = new LongAdder();
    private final LongAdder stops = new LongAdder();
    private final LongAdder sheds = new LongAdder();
    private volatile Level level = Level.ROOM;

    /**
     * @param limit in bytes; 0: none
     * @param buffers what buffers hold now
     */
    Ledger(long limit, LongSupplier buffers) {
        if (limit < 0) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: >= 0)");
        }
        this.limit = limit;
        this.buffers = buffers;
    }

    /** As much as could be held at all, in bytes. */
    public static long most() {
        return PlatformDependent.maxDirectMemory();
    }

    /** With a limit in bytes; 0 for half of what may be allocated outside of the heap. */
    public static Ledger of(long limit) {
        return new Ledger(limit == 0 ? most() / 2 : limit, Ledger::held);
    }

    /** Counts and stops nobody: for the platform's own faces. */
    public static Ledger unbounded() {
        return new Ledger(0, Ledger::held);
    }

    private static long held() {
        // where there are no arenas of a kind the answer is -1
        return Math.max(0, BUFFERS.pinnedDirectMemory()) + Math.max(0, BUFFERS.pinnedHeapMemory());
    }

    /** So many bytes more stand in arrays, or fewer. */
    public void arrays(long more) {
        arrays.add(more);
    }

    long used() {
        return buffers.getAsLong() + Math.max(0, arrays.sum());
    }

    boolean isBounded() {
        return limit > 0;
    }

    Level level() {
        return level;
    }

    /** Adds everything up. */
    Level look() {
        Level before = level;
        Level now = next(before, used(), limit);
        if (now != before) {
            level = now;
            if (before == Level.ROOM) {
                stops.increment();
            }
        }
        return now;
    }

    /** Pure. It has to fall well below what it rose to before anything is taken back. */
    static Level next(Level before, long used, long limit) {
        if (isAbove(used, limit, before == Level.SHEDDING ? SHED_UNTIL_PERCENT : SHED_PERCENT)) {
            return Level.SHEDDING;
        }
        int stop = before == Level.ROOM ? STOP_PERCENT : STOP_UNTIL_PERCENT;
        return isAbove(used, limit, stop) ? Level.STOPPED : Level.ROOM;
    }

    private static boolean isAbove(long used, long limit, int percent) {
        return used >= limit / 100.0 * percent;
    }

    /** A request or a connection was refused. */
    void shed() {
        sheds.increment();
    }

    public Reading read() {
        return new Reading(used(), limit, level, stops.sum(), sheds.sum());
    }
}
