package dev.weft.dataplane.route;

import java.time.Duration;

/**
 * How a caller's later requests find the endpoint of its first. An endpoint that is gone is
 * replaced by another.
 *
 * @param name of the cookie or header that carries it
 * @param absolute how long after the first request it holds; {@link Duration#ZERO}: no limit
 * @param idle how long after the last one; {@link Duration#ZERO}: no limit
 */
public record Stickiness(By by, String name, Duration absolute, Duration idle) {
    private static final Stickiness NONE =
            new Stickiness(By.NOTHING, "", Duration.ZERO, Duration.ZERO);

    /** What carries it. */
    public enum By {
        NOTHING,
        /** A cookie that a browser forgets when it is closed. */
        SESSION_COOKIE,
        /** A cookie with the absolute time as its age. */
        PERMANENT_COOKIE,
        HEADER
    }

    public Stickiness {
        if (by != By.NOTHING && !name.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}")) {
            throw new IllegalArgumentException(
                    "name: " + name + " (expected: a name that a cookie or header may have)");
        }
        if (absolute.isNegative() || idle.isNegative()) {
            throw new IllegalArgumentException(
                    "lifetimes: " + absolute + ", " + idle + " (expected: >= 0)");
        }
        if (by == By.PERMANENT_COOKIE && absolute.isZero()) {
            throw new IllegalArgumentException(
                    "absolute: 0 (expected: > 0 for a cookie that outlives a session)");
        }
    }

    public static Stickiness none() {
        return NONE;
    }
}
