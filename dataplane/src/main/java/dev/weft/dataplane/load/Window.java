package dev.weft.dataplane.load;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;

/**
 * How often something happened lately: a tenth of the window is forgotten at a time. Each event
 * loop counts in its own row, any thread adds up.
 */
final class Window {
    static final int SLOTS = 10;
    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

    /** Room between two rows, so that loops share no cache line. */
    private static final int STRIDE = 24;

    private static final long COUNT = 0xFFFFFFFFL;

    private final long slotNanos;
    private final long origin;

    /** For each slot its number above and its count below, in one word, so that both fit. */
    private final long[] cells;

    private final int loops;

    Window(Duration length, int loops, long nowNanos) {
        this.slotNanos = Math.max(1, length.toNanos() / SLOTS);
        // everything counted is younger than this; slot numbers begin above what an empty cell has
        this.origin = nowNanos - slotNanos * SLOTS * 2;
        this.loops = loops;
        this.cells = new long[loops * STRIDE];
    }

    long slot(long nowNanos) {
        return (nowNanos - origin) / slotNanos & COUNT;
    }

    /** That loop only. */
    void add(int loop, long nowNanos) {
        long slot = slot(nowNanos);
        int at = loop * STRIDE + (int) (slot % SLOTS);
        long cell = cells[at];
        long fresh = cell >>> 32 == slot ? cell + 1 : slot << 32 | 1;
        LONGS.setOpaque(cells, at, fresh);
    }

    /** Any thread. */
    long sum(long nowNanos) {
        long now = slot(nowNanos);
        long sum = 0;
        for (int loop = 0; loop < loops; loop++) {
            for (int i = 0; i < SLOTS; i++) {
                long cell = (long) LONGS.getOpaque(cells, loop * STRIDE + i);
                if (now - (cell >>> 32) < SLOTS) {
                    sum += cell & COUNT;
                }
            }
        }
        return sum;
    }
}
