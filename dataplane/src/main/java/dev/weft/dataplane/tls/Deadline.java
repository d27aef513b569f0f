package dev.weft.dataplane.tls;

import dev.weft.dataplane.loop.Loop;
import dev.weft.dataplane.loop.Timer;
import java.time.Duration;

/** When a handshake has taken too long. Its event loop. */
final class Deadline extends Timer {
    private final Loop loop;
    private final long nanos;
    private Runnable action = () -> {};

    Deadline(Loop loop, Duration after) {
        this.loop = loop;
        this.nanos = after.toNanos();
    }

    void start(Runnable then) {
        action = then;
        loop.timers().arm(this, loop.tick() + nanos);
    }

    void remove() {
        loop.timers().remove(this);
    }

    @Override
    protected void expired() {
        action.run();
    }
}
