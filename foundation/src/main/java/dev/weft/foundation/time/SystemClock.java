package dev.weft.foundation.time;

import java.time.Instant;

/** The machine's own time. Any thread. */
enum SystemClock implements Clock {
    INSTANCE;

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }
}
