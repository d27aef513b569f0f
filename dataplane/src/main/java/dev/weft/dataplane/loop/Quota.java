package dev.weft.dataplane.loop;

import java.util.concurrent.atomic.AtomicInteger;

/** How many of something there are, over all loops, where so many may be. Any thread. */
public final class Quota {
    private final AtomicInteger used = new AtomicInteger();

    /** Counts one more, if one more may be. */
    public boolean take(int max) {
        while (true) {
            int now = used.get();
            if (now >= max) {
                return false;
            }
            if (used.compareAndSet(now, now + 1)) {
                return true;
            }
        }
    }

    public void giveBack() {
        used.decrementAndGet();
    }

    public int used() {
        return used.get();
    }
}
