package dev.weft.dataplane.loop;

import dev.weft.foundation.time.Clock;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** What is open at the moment, for whoever waits until nothing is. Any thread. */
public final class Open<T> {
    private final Clock clock;
    private final Set<T> all = ConcurrentHashMap.newKeySet();
    private final Object change = new Object();
    private volatile boolean awaited;

    public Open(Clock clock) {
        this.clock = clock;
    }

    /** Returns whether it was not among them. */
    public boolean add(T one) {
        return all.add(one);
    }

    public void remove(T one) {
        all.remove(one);
        if (awaited) {
            synchronized (change) {
                change.notifyAll();
            }
        }
    }

    public int count() {
        return all.size();
    }

    public void forEach(Consumer<T> action) {
        all.forEach(action);
    }

    /** Waits until nothing is open, up to a moment of the clock. Not on an event loop. */
    public void awaitNone(long endNanos) {
        awaited = true;
        synchronized (change) {
            long left = endNanos - clock.nanos();
            while (!all.isEmpty() && left > 0) {
                try {
                    TimeUnit.NANOSECONDS.timedWait(change, left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
                left = endNanos - clock.nanos();
            }
        }
    }
}
