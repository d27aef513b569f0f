package dev.weft.dataplane.balance;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many requests a backend is given at a time, and how many may wait for it. Who waits is kept
 * by each event loop; this counts for all of them. Any event loop.
 */
final class Gate {
    private final int max;
    private final int waitingMax;
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();

    /**
     * @param max requests at a time
     * @param waitingMax requests that wait for their turn
     */
    Gate(int max, int waitingMax) {
        this.max = max;
        this.waitingMax = waitingMax;
    }

    /** Lets one in, if there is room and nobody waits who came before. */
    boolean enter() {
        return waiting.get() == 0 && admit();
    }

    /** Takes a place among those that wait; false when there is none. */
    boolean queue() {
        return increment(waiting, waitingMax);
    }

    /** Lets one in that waited, if there is room. */
    boolean enterFromQueue() {
        if (admit()) {
            waiting.decrementAndGet();
            return true;
        }
        return false;
    }

    /** One that waited does so no longer. */
    void unqueue() {
        waiting.decrementAndGet();
    }

    /** Returns whether somebody waits for the room that is left. */
    boolean leave() {
        inside.decrementAndGet();
        return waiting.get() > 0;
    }

    /** Whether somebody who waits could come in. */
    boolean hasRoom() {
        return inside.get() < max;
    }

    int inside() {
        return inside.get();
    }

    int waiting() {
        return waiting.get();
    }

    private boolean admit() {
        return increment(inside, max);
    }

    private static boolean increment(AtomicInteger count, int max) {
        while (true) {
            int now = count.get();
            if (now >= max) {
                return false;
            }
            if (count.compareAndSet(now, now + 1)) {
                return true;
            }
        }
    }
}
