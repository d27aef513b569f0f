package dev.weft.dataplane.http;

import dev.weft.dataplane.route.Timeouts;

/**
 * How long an upstream may take, and whose name its failures carry. Made once per route.
 *
 * @param object what is named as having decided: {@code Service default/blue}
 * @param answerNanos 0 for as long as it takes
 * @param idleNanos 0 for as long as it takes
 */
public record Terms(String object, int connectMillis, long answerNanos, long idleNanos) {
    public static Terms of(String object, Timeouts timeouts) {
        return new Terms(
                object,
                (int) Math.min(Integer.MAX_VALUE, Math.max(1, timeouts.connect().toMillis())),
                timeouts.answer().toNanos(),
                timeouts.idle().toNanos());
    }
}
