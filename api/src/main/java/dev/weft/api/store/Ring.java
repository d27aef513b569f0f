package dev.weft.api.store;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Reason;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The last changes of one collection, bounded in number and bytes; the oldest fall off. Any thread
 * reads, the store thread appends. A reader keeps a position and nothing is kept for it, so a slow
 * one costs no memory: it finds its position gone, and is told so.
 */
final class Ring {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final int changesMax;
    private final long bytesMax;

    private @Nullable Change[] slots = new Change[16];
    private long first;
    private long end;
    private long bytes;
    private long floor;
    private boolean closed;

    Ring(long floor, int changesMax, long bytesMax) {
        this.floor = floor;
        this.changesMax = changesMax;
        this.bytesMax = bytesMax;
    }

    void append(Change change) {
        lock.lock();
        try {
            while (end > first && (end - first >= changesMax || bytes > bytesMax)) {
                drop();
            }
            if (end - first == slots.length) {
                grow();
            }
            slots[(int) (end % slots.length)] = change;
            end++;
            bytes += change.bytes();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Lets those who wait look whether they still have to. */
    void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The position of the first change after a version. */
    long position(long version) {
        lock.lock();
        try {
            if (version < floor) {
                throw expired(version, floor);
            }
            long low = first;
            long high = end;
            while (low < high) {
                long middle = (low + high) >>> 1;
                if (slot(middle).version() > version) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            return low;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The change at a position; waits for one so long, and returns null where none came.
     *
     * @param left whether the reader has gone
     */
    @Nullable Change take(long position, long after, long nanos, BooleanSupplier left)
            throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long remaining = nanos;
            while (true) {
                if (left.getAsBoolean()) {
                    throw new ApiException(Reason.CLOSED, "the watch was closed");
                }
                if (position < first) {
                    throw expired(after, floor);
                }
                if (position < end) {
                    return slot(position);
                }
                if (closed) {
                    throw new ApiException(Reason.CLOSED, "the API is shutting down");
                }
                if (remaining <= 0) {
                    return null;
                }
                remaining = changed.awaitNanos(remaining);
            }
        } finally {
            lock.unlock();
        }
    }

    private void drop() {
        Change oldest = slot(first);
        slots[(int) (first % slots.length)] = null;
        first++;
        bytes -= oldest.bytes();
        floor = oldest.version();
    }

    private void grow() {
        @Nullable Change[] larger = new Change[Math.min(slots.length * 4, changesMax)];
        for (long at = first; at < end; at++) {
            larger[(int) (at % larger.length)] = slot(at);
        }
        slots = larger;
    }

    private Change slot(long position) {
        Change change = slots[(int) (position % slots.length)];
        if (change == null) {
            throw new IllegalStateException(
                    "ring has nothing at " + position + " of " + first + ".." + end);
        }
        return change;
    }

    private static ApiException expired(long asked, long floor) {
        return new ApiException(
                Reason.EXPIRED, "too old resource version: " + asked + " (" + floor + ")");
    }
}
