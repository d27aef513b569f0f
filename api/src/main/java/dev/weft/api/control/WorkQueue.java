package dev.weft.api.control;

import dev.weft.foundation.chance.Chance;
import dev.weft.foundation.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keys that are to be looked at: each at most once, each by one worker at a time, failed ones again
 * after a back-off. Any thread. The rules stand in {@link WorkList}; here are the lock and the
 * waiting. Bounded by the number of different keys, so nothing that is added is ever refused.
 */
final class WorkQueue<K> {
    private static final long NAP_MOST_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Clock clock;
    private final WorkList<K> list;

    public WorkQueue(Clock clock, Chance chance, Duration backOffLeast, Duration backOffMost) {
        this.clock = clock;
        this.list = new WorkList<>(backOffLeast, backOffMost, chance);
    }

    public void add(K key) {
        lock.lock();
        try {
            list.add(key);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    public void addAfter(K key, Duration delay) {
        if (delay.isNegative() || delay.isZero()) {
            add(key);
            return;
        }
        lock.lock();
        try {
            list.addAt(key, clock.nanos() + delay.toNanos());
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a key; it is the caller's until {@link #done}. */
    public K take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                Optional<K> key = list.take(clock.nanos());
                if (key.isPresent()) {
                    // This thread is busy from here on: another one has to mind what is left.
                    if (list.hasMore()) {
                        changed.signal();
                    }
                    return key.get();
                }
                long nap = list.nextDue(clock.nanos()).orElse(NAP_MOST_NANOS);
                changed.awaitNanos(Math.min(Math.max(nap, 1), NAP_MOST_NANOS));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Gives a key back; if it was added meanwhile, it is the next one's. */
    public void done(K key) {
        lock.lock();
        try {
            list.done(key);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    public void succeeded(K key) {
        lock.lock();
        try {
            list.succeeded(key);
        } finally {
            lock.unlock();
        }
    }

    /** Notes a failure; the key comes again after the pause that is returned. */
    public Duration failed(K key) {
        lock.lock();
        try {
            Duration pause = list.failed(key, clock.nanos());
            changed.signal();
            return pause;
        } finally {
            lock.unlock();
        }
    }

    /** How often in a row the key has failed. */
    public int failures(K key) {
        lock.lock();
        try {
            return list.failures(key);
        } finally {
            lock.unlock();
        }
    }

    public int size() {
        lock.lock();
        try {
            return list.size();
        } finally {
            lock.unlock();
        }
    }
}
