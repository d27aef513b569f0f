package dev.weft.dataplane.load;

import dev.weft.dataplane.loop.Cells;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How many retries are left: a part of the requests of the last while, and so many a second beside.
 * Every kind of route draws from one of these, so that retries never multiply an overload. {@link
 * #request} on its event loop; {@link #withdraw} on any.
 *
 * <p>Each request of each route counts here, so what it changes is one cell among those of other
 * budgets: the count of the tenth of the window that it is now. Those before stand aside.
 */
public final class RetryBudget {
    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle ROWS = MethodHandles.arrayElementVarHandle(long[][].class);
    private static final long COUNT = 0xFFFFFFFFL;

    /** The number of the slot at 0: far from where numbers begin anew. */
    private static final long MIDDLE = 1L << 31;

    /**
     * What budgets of the same window have in common: room for what each counts in the tenth of it
     * that it is now. Any thread.
     */
    public static final class Ground {
        private final Duration ttl;
        private final int loops;
        private final Cells cells;

        /**
         * @param ttl for how long a request counts
         */
        public Ground(Duration ttl, int loops) {
            this.ttl = ttl;
            this.loops = loops;
            this.cells = new Cells(loops, 1);
        }
    }

    private final long slotNanos;

    /** The number of the latest slot above and its count below, in one word. */
    private final long[] @Nullable [] latest;

    private final int at;

    /** The slots before, of each loop. */
    private final long[] @Nullable [] past;

    private final Window withdrawn;
    private final double ratio;
    private final double reserve;

    /**
     * @param ratio retries for each request: 0.2
     * @param minPerSecond retries that are always allowed
     */
    public RetryBudget(double ratio, int minPerSecond, Ground ground, long nowNanos) {
        this.ratio = ratio;
        this.reserve = minPerSecond * (ground.ttl.toNanos() / 1e9);
        this.slotNanos = slotNanos(ground.ttl);
        Cells.Place place = ground.cells.next();
        this.latest = place.rows();
        this.at = place.at();
        this.past = new long[ground.loops][];
        this.withdrawn = new Window(ground.ttl, 1, nowNanos);
    }

    /** How long a tenth of a window is. */
    public static long slotNanos(Duration ttl) {
        return Math.max(1, ttl.toNanos() / Window.SLOTS);
    }

    /** Which tenth of windows of this kind it is. */
    public static long slot(long nowNanos, long slotNanos) {
        return (Math.floorDiv(nowNanos, slotNanos) + MIDDLE) & COUNT;
    }

    /** Where its cells are: whoever keeps that can count without a look at the budget. */
    public Cells.Place place() {
        return new Cells.Place(latest, at);
    }

    /** A request came, for the first time. */
    public void request(int loop, long nowNanos) {
        long slot = slot(nowNanos, slotNanos);
        if (!counted(latest, at, loop, slot)) {
            begin(loop, slot);
        }
    }

    /**
     * Counts a request in the budget whose place this is. That loop only.
     *
     * @return false, and nothing counted, where it is the first one of a slot
     */
    public static boolean counted(long[] @Nullable [] latest, int at, int loop, long slot) {
        long[] row = Cells.own(latest, loop, 1);
        long cell = row[at];
        if (cell >>> 32 != slot) {
            return false;
        }
        LONGS.setOpaque(row, at, cell + 1);
        return true;
    }

    /** Counts the first request of a slot. That loop only. */
    public void begin(int loop, long slot) {
        long[] row = Cells.own(latest, loop, 1);
        putAside(loop, row[at]);
        LONGS.setRelease(row, at, slot << 32 | 1);
    }

    /** Before it is overwritten: what is seen in both places is counted once. */
    private void putAside(int loop, long cell) {
        if (cell == 0) {
            return;
        }
        long[] before = past[loop];
        if (before == null) {
            before = new long[Window.SLOTS];
            ROWS.setRelease(past, loop, before);
        }
        LONGS.setOpaque(before, (int) ((cell >>> 32) % Window.SLOTS), cell);
    }

    /** Whether one more retry is allowed; it is taken then. */
    public synchronized boolean withdraw(long nowNanos) {
        if (left(nowNanos) < 1) {
            return false;
        }
        withdrawn.add(0, nowNanos);
        return true;
    }

    /** How many retries are left now. */
    public synchronized double left(long nowNanos) {
        return reserve + ratio * requests(nowNanos) - withdrawn.sum(nowNanos);
    }

    private long requests(long nowNanos) {
        long now = slot(nowNanos, slotNanos);
        long sum = 0;
        for (int loop = 0; loop < latest.length; loop++) {
            long[] row = Cells.seen(latest, loop);
            if (row == null) {
                continue;
            }
            long last = (long) LONGS.getAcquire(row, at);
            sum += recent(last, now);
            long[] before = (long[]) ROWS.getAcquire(past, loop);
            for (int i = 0; before != null && i < Window.SLOTS; i++) {
                long cell = (long) LONGS.getOpaque(before, i);
                sum += cell >>> 32 == last >>> 32 ? 0 : recent(cell, now);
            }
        }
        return sum;
    }

    private static long recent(long cell, long now) {
        return (int) (now - (cell >>> 32)) < Window.SLOTS ? cell & COUNT : 0;
    }
}
