package dev.weft.dataplane.http;

import dev.weft.dataplane.loop.Loop;
import dev.weft.dataplane.loop.Timer;

/** The one timer of a connection to an endpoint: what it waits for changes. Its event loop. */
final class ClientTimer extends Timer {
    /** What is waited for. */
    enum Phase {
        ANSWER,
        BODY,
        REQUEST,
        POOLED
    }

    private final ClientConnection connection;
    private final Loop loop;
    private Phase phase = Phase.POOLED;

    ClientTimer(ClientConnection connection, Loop loop) {
        this.connection = connection;
        this.loop = loop;
    }

    /** Arms for so long; 0 waits as long as it takes. */
    void arm(Phase next, long nanos) {
        phase = next;
        if (nanos == 0) {
            loop.timers().disarm(this);
        } else {
            loop.timers().arm(this, loop.now() + nanos);
        }
    }

    void disarm() {
        loop.timers().disarm(this);
    }

    void remove() {
        loop.timers().remove(this);
    }

    @Override
    protected void expired() {
        loop.tick();
        connection.expired(phase);
    }
}
