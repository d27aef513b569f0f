package dev.weft.testkit;

import dev.weft.foundation.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** A clock that goes on when a test says so. Any thread. */
public final class SimulatedClock implements Clock {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private long nanos;

    @Override
    public synchronized Instant now() {
        return now;
    }

    @Override
    public synchronized long nanos() {
        return nanos;
    }

    public synchronized void advance(Duration by) {
        now = now.plus(by);
        nanos += by.toNanos();
    }
}
