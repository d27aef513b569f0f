package dev.weft.dataplane.http;

import dev.weft.dataplane.loop.Loop;
import dev.weft.dataplane.loop.Timer;
import java.time.Duration;

/** The one timer of a caller's connection: what it waits for changes. Its event loop. */
final class ServerTimer extends Timer {
    /** What is waited for. */
    enum Phase {
        IDLE,
        HEAD,
        BODY,
        WRITE,
        LINGER
    }

    private final ServerConnection connection;
    private Phase phase = Phase.IDLE;

    ServerTimer(ServerConnection connection) {
        this.connection = connection;
    }

    void arm(Phase next, Duration limit) {
        arm(next, limit.toNanos());
    }

    void arm(Phase next, long nanos) {
        phase = next;
        Loop loop = connection.loop();
        loop.timers().arm(this, loop.now() + nanos);
    }

    void disarm() {
        connection.loop().timers().disarm(this);
    }

    boolean is(Phase asked) {
        return phase == asked && armed();
    }

    @Override
    protected void expired() {
        connection.loop().tick();
        connection.expired(phase);
    }
}
