package dev.weft.dataplane.proxy;

import dev.weft.dataplane.filter.Telemetry;
import dev.weft.dataplane.service.Alarm;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Note;
import dev.weft.dataplane.service.Permit;
import dev.weft.dataplane.service.Step;
import dev.weft.foundation.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The tunnels that stand: WebSockets, CONNECTs, connections whose bytes pass as they are. They
 * outlast the routes that let them through; one that would be let through no more has the time
 * "drain", and ends then. {@link #began} and {@link #ended} on event loops, the rest on any thread.
 */
final class Tunnels implements Telemetry.Standing {
    private final Clock clock;
    private final Duration drain;
    private final Set<Standing> all = ConcurrentHashMap.newKeySet();

    /** Nothing is to stand any more. */
    private volatile boolean closed;

    Tunnels(Clock clock, Duration drain) {
        this.clock = clock;
        this.drain = drain;
    }

    /** One of them. Its event loop, but for {@link #leave}. */
    private final class Standing implements Step {
        private final Exchange exchange;
        private final Executor loop;
        private final String service;
        private final @Nullable Permit permit;
        private boolean over;
        private boolean leaving;
        private long until;

        Standing(Exchange exchange, String service) {
            this.exchange = exchange;
            this.loop = exchange.loop();
            this.service = service;
            this.permit = exchange.note(Note.PERMIT) instanceof Permit given ? given : null;
        }

        boolean mayStay() {
            return permit == null || permit.stands(service);
        }

        /** Has it end at a moment, if it does not sooner. Any thread. */
        void leave(long at) {
            loop.execute(
                    () -> {
                        if (!over && (!leaving || at - until < 0)) {
                            leaving = true;
                            until = at;
                            long left = at - exchange.home().tick();
                            if (left > 0) {
                                exchange.arm(Alarm.LASTING, left, this);
                            } else {
                                exchange.farewell();
                            }
                        }
                    });
        }

        @Override
        public void alarmed(Exchange told, Alarm kind) {
            told.farewell();
        }
    }

    @Override
    public Object began(Exchange exchange, String service) {
        var one = new Standing(exchange, service);
        all.add(one);
        // whoever takes the routes away looks at all that stand, or this one sees it
        if (closed) {
            one.leave(clock.nanos());
        } else if (!one.mayStay()) {
            one.leave(clock.nanos() + drain.toNanos());
        }
        return one;
    }

    @Override
    public void ended(Object began) {
        if (began instanceof Standing one) {
            one.over = true;
            all.remove(one);
        }
    }

    /** Routes have changed: those that would be let through no more are to end. */
    void settle() {
        long at = clock.nanos() + drain.toNanos();
        for (Standing one : all) {
            if (!one.mayStay()) {
                one.leave(at);
            }
        }
    }

    /** All end now, and those that come later as soon as they stand. */
    void close() {
        closed = true;
        long now = clock.nanos();
        all.forEach(one -> one.leave(now));
    }
}
