package dev.weft.api.control;

import dev.weft.foundation.chance.Chance;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SequencedSet;
import java.util.Set;

/**
 * What is to be done, without time and threads of its own: the rules of {@link WorkQueue}. Belongs
 * to whoever holds that queue's lock. Times are counts of nanoseconds.
 *
 * <p>A key stands here at most once, is worked on by at most one worker, and if it is added while
 * it is worked on, it comes again afterwards. So the list is no longer than there are objects.
 */
final class WorkList<K> {
    private final Duration least;
    private final Duration most;
    private final Chance chance;

    private final SequencedSet<K> ready = new LinkedHashSet<>();
    private final Set<K> working = new HashSet<>();
    private final Set<K> dirty = new HashSet<>();
    private final Map<K, Integer> failures = new HashMap<>();
    private final Map<K, Long> dueAt = new HashMap<>();
    private final PriorityQueue<Delayed<K>> delayed =
            new PriorityQueue<>((one, other) -> Long.compare(one.due, other.due));

    private record Delayed<K>(K key, long due) {}

    /** A failed key comes again after the least pause, doubled with each failure up to the most. */
    WorkList(Duration least, Duration most, Chance chance) {
        this.least = least;
        this.most = most;
        this.chance = chance;
    }

    void add(K key) {
        if (working.contains(key)) {
            dirty.add(key);
        } else {
            ready.add(key);
        }
    }

    /** Adds the key when its time has come; of several times the earliest counts. */
    void addAt(K key, long due) {
        Long known = dueAt.get(key);
        if (known == null || due - known < 0) {
            dueAt.put(key, due);
            delayed.add(new Delayed<>(key, due));
            trim();
        }
    }

    /** The next key to work on; it is this caller's until {@link #done}. */
    Optional<K> take(long now) {
        ripen(now);
        if (ready.isEmpty()) {
            return Optional.empty();
        }
        K key = ready.removeFirst();
        working.add(key);
        return Optional.of(key);
    }

    void done(K key) {
        working.remove(key);
        if (dirty.remove(key)) {
            ready.add(key);
        }
    }

    void succeeded(K key) {
        failures.remove(key);
    }

    /** Notes a failure, so that the key comes again after its back-off. */
    Duration failed(K key, long now) {
        int before = failures.merge(key, 1, Integer::sum) - 1;
        Duration pause = chance.jitter(BackOff.after(least, most, before));
        addAt(key, now + pause.toNanos());
        return pause;
    }

    int failures(K key) {
        return failures.getOrDefault(key, 0);
    }

    /** In how many nanoseconds a delayed key is due; nothing where none is waiting. */
    Optional<Long> nextDue(long now) {
        while (!delayed.isEmpty() && isSuperseded(delayed.element())) {
            delayed.remove();
        }
        return delayed.isEmpty()
                ? Optional.empty()
                : Optional.of(Math.max(0, delayed.element().due() - now));
    }

    /** Whether there are keys that nobody works on yet. */
    boolean hasMore() {
        return !ready.isEmpty() || !dueAt.isEmpty();
    }

    int size() {
        return ready.size() + working.size() + dueAt.size();
    }

    private void ripen(long now) {
        while (!delayed.isEmpty() && delayed.element().due() - now <= 0) {
            Delayed<K> due = delayed.remove();
            if (dueAt.remove(due.key(), due.due())) {
                add(due.key());
            }
        }
    }

    private boolean isSuperseded(Delayed<K> entry) {
        Long due = dueAt.get(entry.key());
        return due == null || due != entry.due();
    }

    /** Entries that an earlier time has superseded are dropped before they outnumber the rest. */
    private void trim() {
        if (delayed.size() > 64 && delayed.size() > 2 * dueAt.size()) {
            var live = new ArrayDeque<Delayed<K>>();
            dueAt.forEach((key, due) -> live.add(new Delayed<>(key, due)));
            delayed.clear();
            delayed.addAll(live);
        }
    }
}
