package dev.weft.dataplane.filter;

import dev.weft.dataplane.route.Guard.Abort;
import dev.weft.dataplane.route.Guard.Fault;
import dev.weft.dataplane.route.Refusal;
import dev.weft.dataplane.route.Share;
import dev.weft.dataplane.service.Alarm;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Filter;
import dev.weft.dataplane.service.Service;
import dev.weft.dataplane.service.Step;
import dev.weft.foundation.chance.Chance;
import org.jspecify.annotations.Nullable;

/**
 * Lets a share of the requests wait, and refuses a share, as if the backend had. A delay ends up to
 * a tenth of a second late. Absent where nothing is to go wrong.
 */
final class FaultInjection implements Filter {
    private final @Nullable Fault fault;
    private final String object;
    private final Chance[] chances;

    /**
     * @param object who decided
     * @param chances one for each event loop
     */
    FaultInjection(@Nullable Fault fault, String object, Chance[] chances) {
        this.fault = fault;
        this.object = object;
        this.chances = chances.clone();
    }

    @Override
    public Service over(Service next) {
        if (fault == null) {
            return next;
        }
        Service below = fault.abort() == null ? next : aborting(fault.abort(), next);
        boolean delays = !fault.delay().isZero() && fault.delayed().parts() > 0;
        return delays
                ? new Delaying(fault.delay().toNanos(), fault.delayed(), chances, below)
                : below;
    }

    private Service aborting(Abort abort, Service next) {
        var refusal =
                new Refusal(
                                abort.status(),
                                "fault-injected",
                                object,
                                "This request was chosen to fail, by " + object + ".")
                        .withGrpcStatus(abort.grpcStatus());
        return exchange -> {
            if (abort.share().takes(chances[exchange.home().index()].fraction())) {
                exchange.refuse(refusal);
            } else {
                next.serve(exchange);
            }
        };
    }

    private record Delaying(long nanos, Share share, Chance[] chances, Service next)
            implements Service, Step {
        @Override
        public void serve(Exchange exchange) {
            if (share.takes(chances[exchange.home().index()].fraction())) {
                exchange.arm(Alarm.PAUSE, nanos, this);
            } else {
                next.serve(exchange);
            }
        }

        @Override
        public void alarmed(Exchange exchange, Alarm kind) {
            next.serve(exchange);
        }
    }
}
