package dev.weft.dataplane.loop;

import dev.weft.foundation.time.Clock;
import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Timers of one event loop: a wheel of lists, turned at each tick while anything is on it. Putting
 * a timer off only writes its deadline; it moves when the wheel comes to it. A timer fires up to
 * one tick late, never early. Its event loop.
 */
public final class Timers {
    private static final int SLOTS = 512;

    private final EventLoop loop;
    private final Clock clock;
    private final long tickNanos;
    private final @Nullable Timer[] slots = new Timer[SLOTS];
    private int linked;
    private boolean turning;
    private long tick;
    private long origin;

    Timers(EventLoop loop, Clock clock, long tickNanos) {
        this.loop = loop;
        this.tickNanos = tickNanos;
        this.clock = clock;
        this.origin = clock.nanos();
    }

    public void arm(Timer timer, long deadlineNanos) {
        timer.deadline = deadlineNanos;
        if (timer.home != null) {
            if (deadlineNanos - timer.slotNanos >= 0) {
                return;
            }
            unlink(timer);
        }
        link(timer, tickOf(deadlineNanos));
    }

    public void disarm(Timer timer) {
        timer.deadline = Timer.NEVER;
    }

    /** Takes a timer off the wheel: for one that is thrown away. */
    public void remove(Timer timer) {
        timer.deadline = Timer.NEVER;
        if (timer.home != null) {
            unlink(timer);
        }
    }

    private long tickOf(long nanos) {
        return (nanos - origin) / tickNanos + 1;
    }

    private void link(Timer timer, long due) {
        if (!turning) {
            tick = (clock.nanos() - origin) / tickNanos;
            turning = true;
            schedule();
        }
        timer.slotTick = Math.max(due, tick + 1);
        timer.slotNanos = origin + (timer.slotTick - 1) * tickNanos;
        int slot = (int) (timer.slotTick & (SLOTS - 1));
        Timer first = slots[slot];
        timer.next = first;
        timer.previous = null;
        if (first != null) {
            first.previous = timer;
        }
        slots[slot] = timer;
        timer.home = this;
        linked++;
    }

    private void unlink(Timer timer) {
        if (timer.previous != null) {
            timer.previous.next = timer.next;
        } else {
            slots[(int) (timer.slotTick & (SLOTS - 1))] = timer.next;
        }
        if (timer.next != null) {
            timer.next.previous = timer.previous;
        }
        timer.next = null;
        timer.previous = null;
        timer.home = null;
        linked--;
    }

    private void schedule() {
        var unused = loop.schedule(this::turn, tickNanos, TimeUnit.NANOSECONDS);
    }

    private void turn() {
        long now = clock.nanos();
        long nowTick = (now - origin) / tickNanos;
        while (tick < nowTick) {
            tick++;
            fire(slots[(int) (tick & (SLOTS - 1))], now);
        }
        turning = linked > 0;
        if (turning && !loop.isShuttingDown()) {
            schedule();
        }
    }

    private void fire(@Nullable Timer first, long now) {
        Timer timer = first;
        while (timer != null) {
            Timer next = timer.next;
            if (timer.slotTick <= tick) {
                unlink(timer);
                if (timer.deadline <= now) {
                    timer.deadline = Timer.NEVER;
                    timer.expired();
                    // what expired may have taken the next one off: begin this list again
                    next = slots[(int) (tick & (SLOTS - 1))];
                } else if (timer.deadline != Timer.NEVER) {
                    link(timer, tickOf(timer.deadline));
                }
            }
            timer = next;
        }
    }

    /** How many timers are to expire. */
    int armed() {
        int count = 0;
        for (Timer first : slots) {
            for (Timer timer = first; timer != null; timer = timer.next) {
                count += timer.armed() ? 1 : 0;
            }
        }
        return count;
    }
}
