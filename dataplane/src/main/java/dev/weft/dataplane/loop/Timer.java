package dev.weft.dataplane.loop;

import org.jspecify.annotations.Nullable;

/**
 * Something that happens when it is not put off in time. Made once per connection and armed again
 * and again without allocation; see {@link Timers}. Its event loop.
 */
public abstract class Timer {
    protected static final long NEVER = Long.MAX_VALUE;

    long deadline = NEVER;
    long slotTick;

    /** Deadlines from here on need no other slot. */
    long slotNanos;

    @Nullable Timer next;
    @Nullable Timer previous;
    @Nullable Timers home;

    /** Whether it is still to expire. */
    public boolean armed() {
        return deadline != NEVER;
    }

    protected abstract void expired();
}
