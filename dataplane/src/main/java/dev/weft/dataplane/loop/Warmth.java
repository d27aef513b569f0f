package dev.weft.dataplane.loop;

import java.util.function.Consumer;
import java.util.function.IntSupplier;

/**
 * Keeps so many connections open before anybody asks for them, evenly on all loops. One that has
 * ended is opened anew a moment later; ever more seldom while what is opened does not last. {@link
 * #lost} on the loop of what ended; the rest on any thread.
 */
public final class Warmth {
    private static final long FIRST_NANOS = 100_000_000L;
    private static final long MOST_NANOS = 30_000_000_000L;

    /** What lasts so long has come about. */
    private static final long LASTING_NANOS = 2_000_000_000L;

    private final int count;
    private final IntSupplier open;
    private final Consumer<Loop> opening;
    private final Again[] again;

    /** What one loop has lost and not opened anew yet. Its event loop. */
    private final class Again extends Timer {
        private final Loop loop;
        private long pauseNanos = FIRST_NANOS;
        private long openedNanos;
        private int missing;
        private boolean over;

        Again(Loop loop) {
            this.loop = loop;
        }

        void open() {
            openedNanos = loop.tick();
            opening.accept(loop);
        }

        void lost() {
            if (over) {
                return;
            }
            missing++;
            if (!armed()) {
                boolean lasted = loop.now() - openedNanos >= LASTING_NANOS;
                pauseNanos = lasted ? FIRST_NANOS : Math.min(MOST_NANOS, pauseNanos * 2);
                loop.timers().arm(this, loop.now() + pauseNanos);
            }
        }

        @Override
        protected void expired() {
            int lost = missing;
            missing = 0;
            for (int i = 0; i < lost && open.getAsInt() < count; i++) {
                open();
            }
        }

        void end() {
            over = true;
            loop.timers().remove(this);
        }
    }

    /**
     * @param count how many are to be open at least
     * @param open how many are, on all loops
     * @param opening opens one on a loop, if it may
     */
    public Warmth(Loops loops, int count, IntSupplier open, Consumer<Loop> opening) {
        this.count = count;
        this.open = open;
        this.opening = opening;
        this.again = new Again[count == 0 ? 0 : loops.count()];
        for (int i = 0; i < again.length; i++) {
            again[i] = new Again(loops.all().get(i));
        }
    }

    /** Opens the first. */
    public void begin() {
        for (int i = 0; i < count; i++) {
            Again one = again[i % again.length];
            one.loop.executor().execute(one::open);
        }
    }

    /** One has ended, or did not come about. */
    public void lost(Loop loop) {
        if (count > 0 && open.getAsInt() < count) {
            again[loop.index()].lost();
        }
    }

    /** Opens no more. */
    public void end() {
        for (Again one : again) {
            one.loop.executor().execute(one::end);
        }
    }
}
