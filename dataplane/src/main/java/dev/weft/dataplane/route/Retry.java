package dev.weft.dataplane.route;

/**
 * When a request is sent again: only while no byte of an answer was passed on, only when its body
 * can be sent again, and only for methods that are idempotent by definition.
 *
 * @param attempts how often in all, the first included
 * @param bodyBytesMax how much of a body is kept for sending it again; a longer one is sent once
 */
public record Retry(int attempts, int bodyBytesMax) {
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

    /** Once more, on another endpoint. */
    public static Retry usual() {
        return USUAL;
    }

    public static Retry never() {
        return NEVER;
    }
}
