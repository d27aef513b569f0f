package dev.weft.dataplane.filter;

import dev.weft.dataplane.event.ExchangeEvent;
import dev.weft.dataplane.event.Series;
import dev.weft.dataplane.filter.Filters.Lane;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Filter;
import dev.weft.dataplane.service.Note;
import dev.weft.dataplane.service.Outcome;
import dev.weft.dataplane.service.Service;
import dev.weft.dataplane.service.Step;
import org.jspecify.annotations.Nullable;

/**
 * Counts every exchange when it is over: in the series of the backend that was chosen for it, or in
 * the route's own when none was.
 */
public final class Telemetry implements Filter {
    private final Sourcing sources;
    private final Standing standing;

    /** Says which workload an exchange comes from. Any event loop. */
    @FunctionalInterface
    public interface Sourcing {
        /** Null for whoever is not known. */
        @Nullable String of(Exchange exchange);
    }

    /** Is told of the tunnels that stand, which may outlast their routes. Any event loop. */
    public interface Standing {
        /**
         * @param service whom the tunnel addressed
         * @return what is handed back at its end
         */
        Object began(Exchange exchange, String service);

        void ended(Object began);
    }

    public Telemetry(Sourcing sources, Standing standing) {
        this.sources = sources;
        this.standing = standing;
    }

    @Override
    public Service over(Service next) {
        return new Counting(sources, standing, next);
    }

    /** Says that an exchange belongs to a series from now on. */
    public static void choose(Exchange exchange, Series chosen) {
        int loop = exchange.home().index();
        Series series = bySource(exchange, chosen);
        if (exchange.note(Note.SERIES) instanceof Series before) {
            if (before == series) {
                return;
            }
            before.left(loop);
        }
        series.started(loop);
        if (exchange.peer().encrypted()) {
            series.encrypted(loop);
        }
        exchange.note(Note.SERIES, series);
    }

    private static Series bySource(Exchange exchange, Series series) {
        return exchange.note(Note.SOURCE) instanceof String source ? series.from(source) : series;
    }

    /** By what a caller reads of it: the status behind the body, or in the head alone. */
    private static void grpc(Exchange exchange, Outcome outcome, Series series) {
        if (outcome != Outcome.COMPLETE || !Verdict.isGrpc(exchange.answer())) {
            return;
        }
        int status = Verdict.grpcStatus(exchange);
        boolean failed = status == Verdict.NONE || Verdict.grpcFailed(status, false);
        series.on(
                exchange.home().index(),
                status == 0
                        ? ExchangeEvent.GRPC_OK
                        : failed ? ExchangeEvent.GRPC_FAILED : ExchangeEvent.GRPC_REFUSED);
    }

    private record Counting(Sourcing sources, Standing standing, Service next)
            implements Service, Step {
        @Override
        public void serve(Exchange exchange) {
            String source = sources.of(exchange);
            if (source != null) {
                exchange.note(Note.SOURCE, source);
            }
            exchange.push(this);
            next.serve(exchange);
        }

        @Override
        public void tunnelling(Exchange exchange) {
            if (exchange.note(Note.SERIES) instanceof Series chosen) {
                chosen.on(exchange.home().index(), ExchangeEvent.TUNNEL_BEGUN);
                String service = Lane.of(exchange).unchosen().name().service();
                exchange.note(Note.STANDING, standing.began(exchange, service));
            }
        }

        @Override
        public void ended(Exchange exchange, Outcome outcome) {
            int loop = exchange.home().index();
            int status = exchange.answer().status();
            long nanos = exchange.home().tick() - exchange.startedNanos();
            boolean usual =
                    outcome == Outcome.COMPLETE
                            && status / 100 == 2
                            && exchange.refusal() == null
                            && exchange.note(Note.GRPC) == null
                            && exchange.note(Note.STANDING) == null;
            if (usual && Lane.of(exchange).count(exchange, nanos)) {
                return;
            }
            Series series;
            if (exchange.note(Note.SERIES) instanceof Series chosen) {
                series = chosen;
            } else {
                series = bySource(exchange, Lane.of(exchange).unchosen());
                series.started(loop);
            }
            if (exchange.note(Note.GRPC) != null || exchange.refusal() != null) {
                grpc(exchange, outcome, series);
            }
            Object tunnel = exchange.note(Note.STANDING);
            if (tunnel == null) {
                series.moved(loop, exchange.bytesIn(), exchange.bytesOut());
            } else {
                standing.ended(tunnel);
                series.on(loop, ExchangeEvent.TUNNEL_ENDED);
            }
            series.ended(loop, outcome, status, exchange.refusal() != null, nanos);
        }
    }
}
