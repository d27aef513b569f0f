package dev.weft.dataplane.filter;

import dev.weft.dataplane.route.Guard.RateLimit;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The generic cell rate algorithm: for each key the moment at which it would be even again. Shared
 * by all event loops, so that the limit holds for the process. Any thread.
 *
 * <p>With 10 requests a second and a burst of 3, a request moves the moment on by 100 ms, and is
 * refused when that would bring it more than 300 ms beyond now.
 */
final class Buckets {
    /** More keys than this are counted together, so that callers cannot fill the memory. */
    static final int KEYS_MAX = 16_384;

    private static final String OTHERS = "\0others";

    private final long stepNanos;
    private final long reachNanos;
    private final ConcurrentHashMap<String, AtomicLong> moments = new ConcurrentHashMap<>();
    private final AtomicLong swept = new AtomicLong(Long.MIN_VALUE);

    Buckets(RateLimit limit) {
        stepNanos = Math.max(1, limit.per().toNanos() / limit.requests());
        reachNanos = Math.multiplyExact(stepNanos, limit.burst());
    }

    /** Takes a place for a request; 0, or the nanoseconds until there will be one. */
    long take(String key, long now) {
        AtomicLong moment = moment(key, now);
        while (true) {
            long before = moment.get();
            long next = Math.max(before, now) + stepNanos;
            long over = next - now - reachNanos;
            if (over > 0) {
                return over;
            }
            if (moment.compareAndSet(before, next)) {
                return 0;
            }
        }
    }

    private AtomicLong moment(String key, long now) {
        AtomicLong known = moments.get(key);
        if (known != null) {
            return known;
        }
        if (moments.size() >= KEYS_MAX) {
            sweep(now);
        }
        String counted = moments.size() >= KEYS_MAX ? OTHERS : key;
        return moments.computeIfAbsent(counted, unused -> new AtomicLong(now));
    }

    /** Forgets who is even again: a new one would be no different. At most once a second. */
    private void sweep(long now) {
        long last = swept.get();
        if ((last == Long.MIN_VALUE || now - last > 1_000_000_000L)
                && swept.compareAndSet(last, now)) {
            moments.values().removeIf(moment -> moment.get() <= now);
        }
    }

    int keys() {
        return moments.size();
    }
}
