package dev.weft.dataplane.http2;

/**
 * How much of what costs the peer little and this end much is borne: frames that move nothing, and
 * streams that end before they were of use. A peer that makes progress earns it back. Its event
 * loop.
 */
final class Calm {
    private static final long CONTROL_NANOS = 2_000_000L;
    private static final long CONTROL_BURST = 2000 * CONTROL_NANOS;
    private static final long RESET_NANOS = 20_000_000L;
    private static final long RESET_BURST = 200 * RESET_NANOS;

    private long control;
    private long resets;

    Calm(long now) {
        control = now;
        resets = now;
    }

    /** A frame that moves nothing; returns false when it is one too many. */
    boolean control(long now) {
        control = Math.max(control, now) + CONTROL_NANOS;
        return control - now <= CONTROL_BURST;
    }

    /** A stream that ended early, whoever ended it; returns false when it is one too many. */
    boolean reset(long now) {
        resets = Math.max(resets, now) + RESET_NANOS;
        return resets - now <= RESET_BURST;
    }

    /** A stream ended well. */
    void streamDone() {
        resets -= RESET_NANOS;
    }

    /** A frame of a body moved, which the peer may answer with frames of its own. */
    void moved() {
        control -= 2 * CONTROL_NANOS;
    }
}
