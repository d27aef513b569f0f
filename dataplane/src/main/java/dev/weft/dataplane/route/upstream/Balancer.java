package dev.weft.dataplane.route.upstream;

import java.time.Duration;

/**
 * How one of a backend's endpoints is chosen.
 *
 * @param slowStart over how long a new endpoint comes to its full share; {@link Duration#ZERO}: at
 *     once
 * @param panicPercent when fewer of the endpoints than this are believed healthy, all are used; 0:
 *     never
 */
public record Balancer(Choosing choosing, Duration slowStart, int panicPercent) {
    private static final Balancer USUAL =
            new Balancer(Choosing.PeakEwma.usual(), Duration.ZERO, 50);

    public Balancer {
        if (slowStart.isNegative() || panicPercent < 0 || panicPercent > 100) {
            throw new IllegalArgumentException(
                    "balancer: "
                            + slowStart
                            + ", "
                            + panicPercent
                            + " % (expected: >= 0, and 0 to 100 %)");
        }
    }

    public static Balancer usual() {
        return USUAL;
    }

    public static Balancer of(Choosing choosing) {
        return new Balancer(choosing, Duration.ZERO, 50);
    }

    /** By what an endpoint is chosen. */
    public sealed interface Choosing {
        /**
         * Of two drawn at random the one with the smaller product of expected time and requests at
         * work.
         *
         * @param decay over how long an old answer time is forgotten
         * @param first what is expected of an endpoint that has not answered yet
         */
        record PeakEwma(Duration decay, Duration first) implements Choosing {
            private static final PeakEwma USUAL =
                    new PeakEwma(Duration.ofSeconds(10), Duration.ofMillis(30));

            public PeakEwma {
                if (decay.isNegative() || decay.isZero() || first.isNegative()) {
                    throw new IllegalArgumentException(
                            "decay: " + decay + ", first: " + first + " (expected: > 0)");
                }
            }

            public static PeakEwma usual() {
                return USUAL;
            }
        }

        /** One after the other, by weight. */
        record RoundRobin() implements Choosing {}

        /** Of two drawn at random the one with fewer requests at work. */
        record LeastRequest() implements Choosing {}

        /** The same one for the same key, as long as it is there. */
        record ConsistentHash(HashKey key) implements Choosing {}
    }

    /** What is hashed. Requests without it are spread as they come. */
    public sealed interface HashKey {
        record Header(String name) implements HashKey {}

        /**
         * A cookie.
         *
         * @param ttl where the caller has none, one is set for so long; {@link Duration#ZERO}: none
         *     is set
         */
        record Cookie(String name, Duration ttl) implements HashKey {}

        record Query(String name) implements HashKey {}

        /** The caller's address. */
        record Source() implements HashKey {}
    }
}
