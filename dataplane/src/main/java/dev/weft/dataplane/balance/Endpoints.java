package dev.weft.dataplane.balance;

import dev.weft.dataplane.event.Series;
import dev.weft.dataplane.filter.Telemetry;
import dev.weft.dataplane.http.Upstream;
import dev.weft.dataplane.http.Upstream.Terms;
import dev.weft.dataplane.route.Refusal;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Failure;
import dev.weft.dataplane.service.Note;

/**
 * Sends each request to the next of the ready endpoints, in turn; passes over one that refused a
 * connection just now, and one that this request has tried already, as long as there is another.
 * Any event loop; each has its own turn.
 */
public final class Endpoints implements Choice {
    /** Room between the turns of two loops, so that they share no cache line. */
    private static final int STRIDE = 16;

    private final Upstream[] ready;
    private final Terms terms;
    private final Series series;
    private final Failure none;
    private final int[] turns;

    public Endpoints(Upstream[] ready, Terms terms, Series series, int loops) {
        this.ready = ready.clone();
        this.terms = terms;
        this.series = series;
        this.turns = new int[loops * STRIDE];
        this.none =
                new Failure(
                        new Refusal(
                                503,
                                "no-endpoints",
                                terms.object(),
                                terms.object() + " has no endpoint that is ready."),
                        false,
                        true);
    }

    @Override
    public Series series() {
        return series;
    }

    @Override
    public boolean canServe(Exchange exchange) {
        Object tried = exchange.note(Note.ENDPOINT);
        long now = exchange.home().now();
        for (Upstream upstream : ready) {
            if (upstream != tried && !upstream.avoided(now)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void serve(Exchange exchange) {
        Telemetry.choose(exchange, series);
        if (ready.length == 0) {
            exchange.fail(none);
            return;
        }
        Upstream upstream = ready.length == 1 ? ready[0] : next(exchange);
        exchange.note(Note.ENDPOINT, upstream);
        upstream.serve(exchange, terms);
    }

    private Upstream next(Exchange exchange) {
        Object tried = exchange.note(Note.ENDPOINT);
        long now = exchange.home().now();
        int loop = exchange.home().index() * STRIDE;
        int turn = turns[loop];
        Upstream fallback = ready[turn];
        for (int i = 0; i < ready.length; i++) {
            Upstream upstream = ready[turn];
            turn = turn + 1 == ready.length ? 0 : turn + 1;
            if (upstream != tried) {
                fallback = upstream;
                if (!upstream.avoided(now)) {
                    break;
                }
            }
        }
        turns[loop] = turn;
        return fallback;
    }
}
