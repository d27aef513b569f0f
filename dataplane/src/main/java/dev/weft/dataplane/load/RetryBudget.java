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

    /**
     * What budgets of the same window have in common: which tenth of it is now, and room for what
     * each counts in that. Any thread.
     */
    public static final class Ground {
        private final Duration ttl;
        private final int loops;
        private final Window.Slots slots;
        private final Cells cells;

        /**
         * @param ttl for how long a request counts
         */
        public Ground(Duration ttl, int loops, long nowNanos) {
            this.ttl = ttl;
            this.loops = loops;
            this.slots = new Window.Slots(ttl, nowNanos);
            this.cells = new Cells(loops, 1);
        }
    }

    private final Window.Slots slots;

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
        this.slots = ground.slots;
        Cells.Place place = ground.cells.next();
        this.latest = place.rows();
        this.at = place.at();
        this.past = new long[ground.loops][];
        this.withdrawn = new Window(ground.ttl, 1, nowNanos);
    }

    /** A request came, for the first time. */
    public void request(int loop, long nowNanos) {
        long slot = slots.at(nowNanos);
        long[] row = Cells.own(latest, loop, 1);
        long cell = row[at];
        if (cell >>> 32 == slot) {
            LONGS.setOpaque(row, at, cell + 1);
        } else {
            putAside(loop, cell);
            LONGS.setRelease(row, at, slot << 32 | 1);
        }
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
        long now = slots.at(nowNanos);
        long sum = 0;
        for (int loop = 0; loop < latest.length; loop++) {
            long[] row = Cells.seen(latest, loop);
            if (row == null) {
                continue;
            }
            long last = (long) LONGS.getAcquire(row, at);
            sum += counted(last, now);
            long[] before = (long[]) ROWS.getAcquire(past, loop);
            for (int i = 0; before != null && i < Window.SLOTS; i++) {
                long cell = (long) LONGS.getOpaque(before, i);
                sum += cell >>> 32 == last >>> 32 ? 0 : counted(cell, now);
            }
        }
        return sum;
    }

    private static long counted(long cell, long now) {
        return now - (cell >>> 32) < Window.SLOTS ? cell & COUNT : 0;
    }
}
