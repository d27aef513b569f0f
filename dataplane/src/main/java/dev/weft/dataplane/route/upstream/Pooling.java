package dev.weft.dataplane.route.upstream;

import java.time.Duration;

/**
 * Bounds of the connections to one endpoint.
 *
 * @param connections open at once, over all loops; by HTTP/2 one for each loop in any case
 * @param pending requests that may wait for one; more are answered 503
 * @param requests after so many a connection is not used again; 0: no bound
 * @param idle how long an unused one is kept
 * @param age after which it takes no more requests, and streams are asked to move; {@link
 *     Duration#ZERO}: no bound
 * @param warm how many are opened before the first request, and anew when they have ended; of
 *     HTTP/2 at most one for each event loop
 */
public record Pooling(
        int connections, int pending, int requests, Duration idle, Duration age, int warm) {
    private static final Pooling USUAL =
            new Pooling(4096, 10_000, 0, Duration.ofSeconds(4), Duration.ZERO, 0);

    public Pooling {
        if (connections < 1 || pending < 0 || requests < 0 || warm < 0 || warm > connections) {
            throw new IllegalArgumentException(
                    "pool: "
                            + connections
                            + ", "
                            + pending
                            + ", "
                            + requests
                            + ", "
                            + warm
                            + " (expected: >= 1, >= 0, >= 0, and no more warm than connections)");
        }
        if (idle.isNegative() || age.isNegative()) {
            throw new IllegalArgumentException("pool: " + idle + ", " + age + " (expected: >= 0)");
        }
    }

    public static Pooling usual() {
        return USUAL;
    }

    public Pooling withConnections(int other) {
        return new Pooling(other, pending, requests, idle, age, Math.min(warm, other));
    }

    public Pooling withAge(Duration other) {
        return new Pooling(connections, pending, requests, idle, other, warm);
    }
}
