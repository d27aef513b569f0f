package dev.weft.dataplane.filter;

import dev.weft.dataplane.event.Series;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Filter;
import dev.weft.dataplane.service.Note;
import dev.weft.dataplane.service.Outcome;
import dev.weft.dataplane.service.Service;
import dev.weft.dataplane.service.Step;

/**
 * Counts every exchange when it is over: in the series of the backend that was chosen for it, or in
 * the route's own when none was.
 */
public final class Telemetry implements Filter {
    private final Series unchosen;

    public Telemetry(Series unchosen) {
        this.unchosen = unchosen;
    }

    @Override
    public Service over(Service next) {
        return new Counting(unchosen, next);
    }

    /** Says that an exchange belongs to a series from now on. */
    public static void choose(Exchange exchange, Series series) {
        int loop = exchange.home().index();
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

    private record Counting(Series unchosen, Service next) implements Service, Step {
        @Override
        public void serve(Exchange exchange) {
            exchange.push(this);
            next.serve(exchange);
        }

        @Override
        public void ended(Exchange exchange, Outcome outcome) {
            int loop = exchange.home().index();
            Series series;
            if (exchange.note(Note.SERIES) instanceof Series chosen) {
                series = chosen;
            } else {
                series = unchosen;
                series.started(loop);
            }
            series.moved(loop, exchange.bytesIn(), exchange.bytesOut());
            series.ended(
                    loop,
                    outcome,
                    exchange.answer().status(),
                    exchange.refusal() != null,
                    exchange.home().tick() - exchange.startedNanos());
        }
    }
}
