package dev.weft.dataplane.route.upstream;

import java.time.Duration;

/**
 * When an endpoint is believed to have failed, and for how long it is left alone. After that one
 * request is let through to find out.
 *
 * @param consecutive failures in a row; 0: they do not count
 * @param rate how many must succeed; {@link Rate#none}: it does not count
 * @param minPenalty how long it is left alone first; doubles with each failure after that
 * @param jitter a random part of the penalty, 0 to 1, is added
 */
public record Accrual(
        int consecutive, Rate rate, Duration minPenalty, Duration maxPenalty, double jitter) {
    private static final Accrual USUAL =
            new Accrual(7, Rate.none(), Duration.ofSeconds(1), Duration.ofSeconds(60), 0.5);
    private static final Accrual NONE =
            new Accrual(0, Rate.none(), Duration.ofSeconds(1), Duration.ofSeconds(60), 0.5);

    public Accrual {
        if (consecutive < 0 || !(jitter >= 0 && jitter <= 1)) {
            throw new IllegalArgumentException(
                    "accrual: "
                            + consecutive
                            + ", jitter "
                            + jitter
                            + " (expected: >= 0, and 0 to 1)");
        }
        if (minPenalty.isNegative()
                || minPenalty.isZero()
                || maxPenalty.compareTo(minPenalty) < 0) {
            throw new IllegalArgumentException(
                    "penalties: " + minPenalty + " to " + maxPenalty + " (expected: > 0, rising)");
        }
    }

    public static Accrual usual() {
        return USUAL;
    }

    public static Accrual none() {
        return NONE;
    }

    public boolean counts() {
        return consecutive > 0 || rate.requestsMin > 0;
    }

    /**
     * The share of requests that must succeed.
     *
     * @param threshold 0 to 1
     * @param window the time that is looked back
     * @param requestsMin fewer say nothing; 0: the share does not count
     */
    public record Rate(double threshold, Duration window, int requestsMin) {
        private static final Rate NONE = new Rate(0, Duration.ofSeconds(10), 0);

        public Rate {
            if (!(threshold >= 0 && threshold <= 1)
                    || window.isNegative()
                    || window.isZero()
                    || requestsMin < 0) {
                throw new IllegalArgumentException(
                        "rate: "
                                + threshold
                                + " in "
                                + window
                                + " of "
                                + requestsMin
                                + " (expected: 0 to 1, > 0, >= 0)");
            }
        }

        public static Rate none() {
            return NONE;
        }
    }
}
