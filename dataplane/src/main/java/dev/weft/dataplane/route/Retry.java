package dev.weft.dataplane.route;

import java.time.Duration;
import java.util.Set;

/**
 * When a request is sent again: only while no byte of an answer was passed on, and only when its
 * body can be sent again.
 *
 * @param attempts how often in all, the first included
 * @param bodyBytesMax how much of a body is kept for sending it again; a longer one is sent once
 * @param on what is worth another try
 * @param backoff how long to wait before each
 * @param budget how many tries all requests of the service together may add
 */
public record Retry(int attempts, int bodyBytesMax, On on, Backoff backoff, Budget budget) {
    private static final Retry USUAL = new Retry(2, 64 * 1024);
    private static final Retry NEVER = new Retry(1, 0);

    public Retry {
        if (attempts < 1 || attempts > 16) {
            throw new IllegalArgumentException("attempts: " + attempts + " (expected: 1 to 16)");
        }
        if (bodyBytesMax < 0 || bodyBytesMax > 1 << 20) {
            throw new IllegalArgumentException(
                    "bodyBytesMax: " + bodyBytesMax + " (expected: 0 to 1 MiB)");
        }
    }

    /** For connections that failed, at once, within the usual budget. */
    public Retry(int attempts, int bodyBytesMax) {
        this(attempts, bodyBytesMax, On.failed(), Backoff.none(), Budget.usual());
    }

    /** Once more, on another endpoint. */
    public static Retry usual() {
        return USUAL;
    }

    public static Retry never() {
        return NEVER;
    }

    public Retry withAttempts(int other) {
        return new Retry(other, bodyBytesMax, on, backoff, budget);
    }

    public Retry withOn(On other) {
        return new Retry(attempts, bodyBytesMax, other, backoff, budget);
    }

    public Retry withBackoff(Backoff other) {
        return new Retry(attempts, bodyBytesMax, on, other, budget);
    }

    public Retry withBudget(Budget other) {
        return new Retry(attempts, bodyBytesMax, on, backoff, other);
    }

    /**
     * What is worth another try.
     *
     * @param statuses of HTTP
     * @param grpcStatuses of gRPC, 1 to 16
     * @param failures connections that were refused or broke off before an answer
     * @param timeouts tries that took too long
     * @param anyMethod whether a method that is not idempotent is sent again too, though the first
     *     try may have had an effect
     */
    public record On(
            Set<Integer> statuses,
            Set<Integer> grpcStatuses,
            boolean failures,
            boolean timeouts,
            boolean anyMethod) {
        private static final On FAILURES = new On(Set.of(), Set.of(), true, false, false);

        public On {
            statuses = Set.copyOf(statuses);
            grpcStatuses = Set.copyOf(grpcStatuses);
            if (statuses.stream().anyMatch(it -> it < 400 || it > 599)
                    || grpcStatuses.stream().anyMatch(it -> it < 1 || it > 16)) {
                throw new IllegalArgumentException(
                        "statuses: "
                                + statuses
                                + ", "
                                + grpcStatuses
                                + " (expected: 400 to 599, and 1 to 16)");
            }
        }

        public static On failed() {
            return FAILURES;
        }
    }

    /**
     * How long to wait before a try: a random part of a time that doubles from {@code base} up to
     * {@code max}.
     */
    public record Backoff(Duration base, Duration max) {
        private static final Backoff NONE = new Backoff(Duration.ZERO, Duration.ZERO);

        public Backoff {
            if (base.isNegative() || max.compareTo(base) < 0) {
                throw new IllegalArgumentException(
                        "backoff: " + base + " to " + max + " (expected: 0 or more, rising)");
            }
        }

        public static Backoff none() {
            return NONE;
        }
    }

    /**
     * How many tries may be added: a share of the requests of the last {@code ttl}, and so many
     * each second besides.
     *
     * @param name whose budget it is; budgets of the same name are one. Empty: that of the Service
     *     that a request goes to, where the route leads to several
     */
    public record Budget(String name, int percent, int minPerSecond, Duration ttl) {
        private static final Budget USUAL = new Budget("", 20, 10, Duration.ofSeconds(10));

        public Budget {
            if (percent < 0 || percent > 1000 || minPerSecond < 0) {
                throw new IllegalArgumentException(
                        "budget: "
                                + percent
                                + " %, "
                                + minPerSecond
                                + " per second (expected: 0 to 1000 %, and >= 0)");
            }
            if (ttl.compareTo(Duration.ofSeconds(1)) < 0
                    || ttl.compareTo(Duration.ofMinutes(1)) > 0) {
                throw new IllegalArgumentException(
                        "ttl: " + ttl + " (expected: a second to a minute)");
            }
        }

        public static Budget usual() {
            return USUAL;
        }
    }
}
