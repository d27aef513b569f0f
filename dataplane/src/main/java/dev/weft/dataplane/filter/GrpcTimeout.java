package dev.weft.dataplane.filter;

import dev.weft.dataplane.filter.Filters.Lane;
import dev.weft.dataplane.http2.GrpcCalls;
import dev.weft.dataplane.route.Refusal;
import dev.weft.dataplane.service.Alarm;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Failure;
import dev.weft.dataplane.service.Filter;
import dev.weft.dataplane.service.Service;
import dev.weft.dataplane.service.Step;
import java.time.Duration;

/**
 * Gives up a gRPC call when the time is over that its caller grants it, if that is sooner than the
 * route's own bound. Requests that are no gRPC calls pass it.
 */
final class GrpcTimeout implements Filter {
    private final long bound;

    /**
     * @param bound of the route; zero: none
     */
    GrpcTimeout(Duration bound) {
        this.bound = bound.isZero() ? Long.MAX_VALUE : bound.toNanos();
    }

    private static Failure late(String route) {
        return new Failure(
                new Refusal(
                        504,
                        "grpc-timeout",
                        route,
                        "The call was not answered within the time that its caller gave."),
                true,
                false);
    }

    @Override
    public Service over(Service next) {
        return new Bounded(bound, next);
    }

    private record Bounded(long bound, Service next) implements Service, Step {
        @Override
        public void serve(Exchange exchange) {
            long granted = GrpcCalls.timeoutNanos(exchange.request());
            if (granted >= 0 && granted < bound) {
                exchange.push(this);
                // nothing left to wait is not the same as waiting for ever
                exchange.arm(Alarm.REQUEST, Math.max(1, granted), this);
            }
            next.serve(exchange);
        }

        @Override
        public boolean failing(Exchange exchange, Failure failure) {
            exchange.disarm(Alarm.REQUEST);
            return true;
        }

        @Override
        public void alarmed(Exchange exchange, Alarm alarm) {
            exchange.giveUp(late(Lane.of(exchange).route()));
        }
    }
}
