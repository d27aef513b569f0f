package dev.weft.dataplane.filter;

import dev.weft.foundation.chance.Chance;
import java.time.Duration;

/**
 * How long to wait before a retry: chosen evenly between the least and a most that triples with
 * each try, so that those who failed together do not come back together. Pure.
 *
 * @param min the least
 * @param max what the most grows to
 */
record Backoff(Duration min, Duration max) {
    public Backoff {
        if (min.isNegative() || max.compareTo(min) < 0) {
            throw new IllegalArgumentException(
                    "back-off: " + min + " to " + max + " (expected: 0 <= min <= max)");
        }
    }

    /**
     * @param retry the first is 1
     */
    long nanos(int retry, Chance chance) {
        long least = min.toNanos();
        double most = least * Math.pow(3, Math.min(retry, 32));
        double bounded = Math.min(most, max.toNanos());
        return least + (long) (chance.fraction() * (bounded - least));
    }
}
