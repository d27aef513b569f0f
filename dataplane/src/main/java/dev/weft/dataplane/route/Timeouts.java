package dev.weft.dataplane.route;

import java.time.Duration;

/**
 * How long a request may wait for its backend.
 *
 * @param connect until a connection to an endpoint stands, its TLS included; each try
 * @param answer from the end of the request until the answer's head, each try; none: {@link #NONE}
 * @param idle between two pieces of a body, in either direction
 * @param request from the request's head until the end of its answer, all tries together
 * @param perTry from the moment a try is sent until the end of its answer
 * @param lasting what holds for what lasts
 */
public record Timeouts(
        Duration connect,
        Duration answer,
        Duration idle,
        Duration request,
        Duration perTry,
        Lasting lasting) {
    /** Waits as long as it takes. */
    public static final Duration NONE = Duration.ZERO;

    private static final Timeouts USUAL =
            new Timeouts(Duration.ofSeconds(1), Duration.ofSeconds(60), Duration.ofMinutes(5));

    public Timeouts {
        if (connect.isNegative()
                || answer.isNegative()
                || idle.isNegative()
                || request.isNegative()
                || perTry.isNegative()) {
            throw new IllegalArgumentException(
                    "timeouts: " + connect + ", " + answer + ", " + idle + " (expected: >= 0)");
        }
        if (connect.isZero()) {
            throw new IllegalArgumentException("connect: 0 (expected: > 0)");
        }
    }

    public Timeouts(Duration connect, Duration answer, Duration idle) {
        this(connect, answer, idle, NONE, NONE, Lasting.usual());
    }

    public static Timeouts usual() {
        return USUAL;
    }

    public Timeouts withConnect(Duration other) {
        return new Timeouts(other, answer, idle, request, perTry, lasting);
    }

    public Timeouts withAnswer(Duration other) {
        return new Timeouts(connect, other, idle, request, perTry, lasting);
    }

    public Timeouts withIdle(Duration other) {
        return new Timeouts(connect, answer, other, request, perTry, lasting);
    }

    public Timeouts withRequest(Duration other) {
        return new Timeouts(connect, answer, idle, other, perTry, lasting);
    }

    public Timeouts withPerTry(Duration other) {
        return new Timeouts(connect, answer, idle, request, other, lasting);
    }

    public Timeouts withLasting(Lasting other) {
        return new Timeouts(connect, answer, idle, request, perTry, other);
    }

    /**
     * What holds for exchanges that last: streams of gRPC and events, and tunnels (WebSocket,
     * CONNECT, TCP).
     *
     * @param stream how long a stream may last
     * @param tunnel how long a tunnel may last; so a change of weights reaches those too
     * @param tunnelIdle how long a tunnel may be silent in both directions
     */
    public record Lasting(Duration stream, Duration tunnel, Duration tunnelIdle) {
        private static final Lasting USUAL = new Lasting(NONE, NONE, Duration.ofHours(1));

        public Lasting {
            if (stream.isNegative() || tunnel.isNegative() || tunnelIdle.isNegative()) {
                throw new IllegalArgumentException(
                        "timeouts: "
                                + stream
                                + ", "
                                + tunnel
                                + ", "
                                + tunnelIdle
                                + " (expected: >= 0)");
            }
        }

        public static Lasting usual() {
            return USUAL;
        }
    }
}
