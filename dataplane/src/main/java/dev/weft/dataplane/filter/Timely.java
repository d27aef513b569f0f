package dev.weft.dataplane.filter;

import dev.weft.dataplane.route.Refusal;
import dev.weft.dataplane.service.Alarm;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Failure;
import dev.weft.dataplane.service.Filter;
import dev.weft.dataplane.service.Service;
import dev.weft.dataplane.service.Step;
import java.time.Duration;

/**
 * Gives up a request, or one try of it, that takes too long until the end of its answer: answers
 * 504 while nothing was passed on, cuts the answer after that. Without a bound, only the callers of
 * gRPC set one.
 */
public final class Timely implements Filter {
    private final Alarm kind;
    private final long nanos;
    private final Failure late;

    /** The bound that a caller of gRPC sets itself. */
    private final GrpcTimeout called;

    private Timely(Alarm kind, Duration bound, Refusal refusal) {
        this.kind = kind;
        this.nanos = bound.toNanos();
        this.late = new Failure(refusal, true, kind == Alarm.TRY);
        this.called = new GrpcTimeout(bound);
    }

    /** All tries together. */
    public static Timely request(Duration bound, String object) {
        return new Timely(
                Alarm.REQUEST,
                bound,
                new Refusal(
                        504,
                        "request-timeout",
                        object,
                        "The request was not answered within " + bound.toMillis() + " ms."));
    }

    /** Each try by itself. */
    public static Timely tries(Duration bound, String object) {
        return new Timely(
                Alarm.TRY,
                bound,
                new Refusal(
                        504,
                        "try-timeout",
                        object,
                        "The request, as it was sent the last time, was not answered within "
                                + bound.toMillis()
                                + " ms."));
    }

    @Override
    public Service over(Service next) {
        Service below = kind == Alarm.REQUEST ? called.over(next) : next;
        return nanos == 0 ? below : new Bounded(kind, nanos, late, below);
    }

    private record Bounded(Alarm kind, long nanos, Failure late, Service next)
            implements Service, Step {
        @Override
        public void serve(Exchange exchange) {
            exchange.push(this);
            exchange.arm(kind, nanos, this);
            next.serve(exchange);
        }

        @Override
        public boolean failing(Exchange exchange, Failure failure) {
            exchange.disarm(kind);
            return true;
        }

        @Override
        public void retracted(Exchange exchange) {
            exchange.disarm(kind);
        }

        @Override
        public void tunnelling(Exchange exchange) {
            exchange.disarm(kind);
        }

        @Override
        public void alarmed(Exchange exchange, Alarm alarm) {
            exchange.giveUp(late);
        }
    }
}
