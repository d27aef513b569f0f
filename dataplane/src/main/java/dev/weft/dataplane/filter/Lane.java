package dev.weft.dataplane.filter;

import dev.weft.dataplane.event.Series;
import dev.weft.dataplane.load.RetryBudget;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Note;
import dev.weft.dataplane.service.Service;
import org.jspecify.annotations.Nullable;

/**
 * What a route has of its own, where the filters are those of many: the filters stay in the caches
 * whichever of ten thousand routes a request takes, and what is its own lies together. Any event
 * loop.
 *
 * @param route who decided, as a person would look it up
 * @param unchosen counts what got no backend
 * @param budget what tries draw from; null where there is only one
 * @param choice of a backend, below the filters
 * @param filters what requests go through until {@link #choose}
 */
public record Lane(
        String route,
        Series unchosen,
        @Nullable RetryBudget budget,
        Service choice,
        Service filters)
        implements Service {
    @Override
    public void serve(Exchange exchange) {
        exchange.note(Note.LANE, this);
        filters.serve(exchange);
    }

    /** That of an exchange whose filters run. */
    static Lane of(Exchange exchange) {
        if (exchange.note(Note.LANE) instanceof Lane lane) {
            return lane;
        }
        throw new IllegalStateException("an exchange without a lane (expected: one, by its route)");
    }

    /** The last of the filters: the choice of whichever route it is. */
    public static void choose(Exchange exchange) {
        of(exchange).choice.serve(exchange);
    }
}
