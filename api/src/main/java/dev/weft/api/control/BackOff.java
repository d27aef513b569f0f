package dev.weft.api.control;

import dev.weft.foundation.chance.Chance;
import java.time.Duration;

/**
 * Pauses that double from the least to the most, spread by chance so that those who failed together
 * do not come back together. Belongs to one thread.
 */
final class BackOff {
    private final Duration least;
    private final Duration most;
    private final Chance chance;
    private int failures;

    BackOff(Duration least, Duration most, Chance chance) {
        if (least.isNegative() || least.isZero() || most.compareTo(least) < 0) {
            throw new IllegalArgumentException(
                    "back-off: " + least + " to " + most + " (expected: 0 < least <= most)");
        }
        this.least = least;
        this.most = most;
        this.chance = chance;
    }

    Duration next() {
        return chance.jitter(after(least, most, failures++));
    }

    void reset() {
        failures = 0;
    }

    /** The pause after so many failures before this one, without chance. */
    static Duration after(Duration least, Duration most, int failures) {
        int doublings = Math.min(failures, 30);
        Duration pause = least.multipliedBy(1L << doublings);
        return pause.compareTo(most) > 0 ? most : pause;
    }
}
