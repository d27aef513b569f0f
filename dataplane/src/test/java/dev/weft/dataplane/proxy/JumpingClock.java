package dev.weft.dataplane.proxy;

import dev.weft.foundation.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** The system's clock, which can be put forward: minutes and hours pass at once. Any thread. */
final class JumpingClock implements Clock {
    private final AtomicLong ahead = new AtomicLong();

    void jump(Duration by) {
        ahead.addAndGet(by.toNanos());
    }

    @Override
    public Instant now() {
        return Clock.system().now().plusNanos(ahead.get());
    }

    @Override
    public long nanos() {
        return Clock.system().nanos() + ahead.get();
    }
}
