package dev.weft.dataplane.http;

import dev.weft.dataplane.loop.Loop;
import dev.weft.dataplane.loop.Timer;
import dev.weft.dataplane.loop.Timers;
import dev.weft.dataplane.service.Alarm;
import dev.weft.dataplane.service.Step;
import org.jspecify.annotations.Nullable;

/** The timers of one exchange: made when first armed, used again as the exchange is. Its loop. */
final class Alarms {
    /** What is due sooner than this is told to ten milliseconds, the rest to a hundred. */
    private static final long SHORT_NANOS = 2_000_000_000L;

    private final Loop loop;
    private final ServerExchange exchange;
    private final @Nullable Bell[] bells = new Bell[Alarm.values().length];

    Alarms(Loop loop, ServerExchange exchange) {
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

    void arm(Alarm kind, long nanos, Step step) {
        Bell bell = bells[kind.ordinal()];
        if (bell == null) {
            bell = new Bell(kind);
            bells[kind.ordinal()] = bell;
        }
        bell.arm(nanos, step);
    }

    void disarm(Alarm kind) {
        Bell bell = bells[kind.ordinal()];
        if (bell != null) {
            bell.disarm();
        }
    }

    void disarmAll() {
        for (Bell bell : bells) {
            if (bell != null) {
                bell.disarm();
            }
        }
    }
}
