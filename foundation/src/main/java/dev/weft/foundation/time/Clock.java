package dev.weft.foundation.time;

import java.time.Instant;

/** Where time comes from. Any thread. Everything that asks for the time is given one of these. */
public interface Clock {
    /** The time of day, for what people and manifests read. */
    Instant now();

    /** A count of nanoseconds that never goes back, for measuring and for deadlines. */
    long nanos();

    static Clock system() {
        return SystemClock.INSTANCE;
    }
}
