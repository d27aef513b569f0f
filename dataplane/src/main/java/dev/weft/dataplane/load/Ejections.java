package dev.weft.dataplane.load;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many endpoints of one cluster may be out at a time: where too many fail, the fault is not
 * theirs, and those that are left would only fall next. Any thread.
 */
public final class Ejections {
    private final AtomicInteger out = new AtomicInteger();
    private volatile int max;

    /**
     * @param percent of the endpoints that may be out at most
     */
    public void bound(int endpoints, int percent) {
        max = (int) ((long) endpoints * percent / 100);
    }

    boolean take() {
        while (true) {
            int now = out.get();
            if (now >= max) {
                return false;
            }
            if (out.compareAndSet(now, now + 1)) {
                return true;
            }
        }
    }

    void giveBack() {
        out.decrementAndGet();
    }

    /** Whether more are out than the bound allows, after it has sunk. */
    public boolean tooMany() {
        return out.get() > max;
    }

    public int out() {
        return out.get();
    }

    public int max() {
        return max;
    }
}
