package dev.weft.dataplane.service;

import dev.weft.dataplane.loop.Loop;
import dev.weft.dataplane.loop.Timer;
import dev.weft.dataplane.loop.Timers;
import org.jspecify.annotations.Nullable;

/** The timers of one exchange: made when first armed, used again as the exchange is. Its loop. */
public final class Alarms {
    /** What is due sooner than this is told to ten milliseconds, the rest to a hundred. */
    private static final long SHORT_NANOS = 2_000_000_000L;

    private final Loop loop;
    private final Exchange exchange;
    private final @Nullable Bell[] bells = new Bell[Alarm.values().length];

    public Alarms(Loop loop, Exchange exchange) {
        this.loop = loop;
        this.exchange = exchange;
    }

    private final class Bell extends Timer {
        private final Alarm kind;
        private @Nullable Timers wheel;
        private @Nullable Step told;

        Bell(Alarm kind) {
            this.kind = kind;
        }

        void arm(long nanos, Step step) {
            Timers next = nanos < SHORT_NANOS ? loop.shortTimers() : loop.timers();
            Timers before = wheel;
            if (before != null && before != next) {
                before.remove(this);
            }
            wheel = next;
            told = step;
            next.arm(this, loop.now() + nanos);
        }

        void disarm() {
            Timers on = wheel;
            if (told != null && on != null) {
                told = null;
                on.disarm(this);
            }
        }

        @Override
        protected void expired() {
            Step step = told;
            told = null;
            if (step != null) {
                loop.tick();
                step.alarmed(exchange, kind);
            }
        }
    }

    public void arm(Alarm kind, long nanos, Step step) {
        Bell bell = bells[kind.ordinal()];
        if (bell == null) {
            bell = new Bell(kind);
            bells[kind.ordinal()] = bell;
        }
        bell.arm(nanos, step);
    }

    public void disarm(Alarm kind) {
        Bell bell = bells[kind.ordinal()];
        if (bell != null) {
            bell.disarm();
        }
    }

    public void disarmAll() {
        for (Bell bell : bells) {
            if (bell != null) {
                bell.disarm();
            }
        }
    }
}
