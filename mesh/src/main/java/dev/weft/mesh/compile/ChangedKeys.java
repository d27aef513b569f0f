package dev.weft.mesh.compile;

import dev.weft.api.model.Key;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The objects that changed since they were last looked at, each once. Any thread adds, one takes.
 * Bounded by the number of objects.
 */
final class ChangedKeys {
    /** An object of the kind that a follower follows. */
    record Place(int follower, Key key) {
        // By hand, as that of Key: each start asks for it.
        @Override
        public boolean equals(Object other) {
            return other instanceof Place it && follower == it.follower && key.equals(it.key);
        }

        @Override
        public int hashCode() {
            return 31 * follower + key.hashCode();
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition some = lock.newCondition();
    private final Set<Place> places = new LinkedHashSet<>();

    void add(Place place) {
        lock.lock();
        try {
            places.add(place);
            some.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there is something; whether there is. */
    boolean await(Duration limit) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long nanos = limit.toNanos();
            while (places.isEmpty() && nanos > 0) {
                nanos = some.awaitNanos(nanos);
            }
            return !places.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    List<Place> drain() {
        lock.lock();
        try {
            List<Place> all = List.copyOf(places);
            places.clear();
            return all;
        } finally {
            lock.unlock();
        }
    }
}
