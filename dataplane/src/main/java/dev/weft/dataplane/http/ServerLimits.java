package dev.weft.dataplane.http;

import java.time.Duration;

/**
 * What an HTTP server grants one client.
 *
 * @param headBytesMax request line and header fields; more is answered 431
 * @param bodyBytesMax a longer request body is answered 413
 * @param head from the first byte of a request until its head is complete
 * @param idle without a request on a kept connection
 * @param stall without progress of a body, in either direction
 * @param drain what is at work where a listener or a route goes, until it is cut
 */
public record ServerLimits(
        int headBytesMax,
        long bodyBytesMax,
        Duration head,
        Duration idle,
        Duration stall,
        Duration drain) {
    private static final ServerLimits USUAL =
            new ServerLimits(
                    64 * 1024,
                    Long.MAX_VALUE,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(75),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(30));

    public ServerLimits {
        if (headBytesMax < 1024 || headBytesMax > 1 << 20) {
            throw new IllegalArgumentException(
                    "headBytesMax: " + headBytesMax + " (expected: 1 KiB to 1 MiB)");
        }
        if (bodyBytesMax < 0) {
            throw new IllegalArgumentException(
                    "bodyBytesMax: " + bodyBytesMax + " (expected: >= 0)");
        }
        if (!positive(head) || !positive(idle) || !positive(stall)) {
            throw new IllegalArgumentException("a time limit is not positive");
        }
        if (drain.isNegative()) {
            throw new IllegalArgumentException("drain: " + drain + " (expected: >= 0)");
        }
    }

    private static boolean positive(Duration duration) {
        return !duration.isNegative() && !duration.isZero();
    }

    public static ServerLimits usual() {
        return USUAL;
    }

    public ServerLimits withBodyBytesMax(long bytes) {
        return new ServerLimits(headBytesMax, bytes, head, idle, stall, drain);
    }

    public ServerLimits withTimes(Duration head, Duration idle, Duration stall) {
        return new ServerLimits(headBytesMax, bodyBytesMax, head, idle, stall, drain);
    }

    public ServerLimits withDrain(Duration time) {
        return new ServerLimits(headBytesMax, bodyBytesMax, head, idle, stall, time);
    }
}
