package dev.weft.dataplane.route;

import java.time.Duration;

/**
 * How long a request may wait for its backend.
 *
 * @param connect until a connection to an endpoint stands, each try
 * @param answer from the end of the request until the answer's head, each try; none: {@link #NONE}
 * @param idle between two pieces of a body, in either direction
 */
public record Timeouts(Duration connect, Duration answer, Duration idle) {
    /** Waits as long as it takes. */
    public static final Duration NONE = Duration.ZERO;

    private static final Timeouts USUAL =
            new Timeouts(Duration.ofSeconds(1), Duration.ofSeconds(60), Duration.ofMinutes(5));

    public Timeouts {
        if (connect.isNegative() || answer.isNegative() || idle.isNegative()) {
            throw new IllegalArgumentException(
                    "timeouts: " + connect + ", " + answer + ", " + idle + " (expected: >= 0)");
        }
        if (connect.isZero()) {
            throw new IllegalArgumentException("connect: 0 (expected: > 0)");
        }
    }

    public static Timeouts usual() {
        return USUAL;
    }
}
