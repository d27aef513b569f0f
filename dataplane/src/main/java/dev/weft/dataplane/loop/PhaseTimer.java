package dev.weft.dataplane.loop;

import java.util.function.Consumer;

/**
 * The one timer of a connection: what it waits for changes. Its event loop.
 *
 * @param <P> what can be waited for
 */
public final class PhaseTimer<P extends Enum<P>> extends Timer {
    private final Loop loop;
    private final Consumer<P> expired;
    private P phase;

    public PhaseTimer(Loop loop, P first, Consumer<P> expired) {
        this.loop = loop;
        this.phase = first;
        this.expired = expired;
    }

    /** Arms for so long; 0 waits as long as it takes. */
    public void arm(P next, long nanos) {
        phase = next;
        if (nanos == 0) {
            loop.timers().disarm(this);
        } else {
            loop.timers().arm(this, loop.now() + nanos);
        }
    }

    public void disarm() {
        loop.timers().disarm(this);
    }

    public void remove() {
        loop.timers().remove(this);
    }

    public boolean is(P asked) {
        return phase == asked && armed();
    }

    @Override
    protected void expired() {
        loop.tick();
        expired.accept(phase);
    }
}
