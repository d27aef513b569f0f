package dev.weft.dataplane.proxy.match;

import dev.weft.dataplane.route.Expression;
import dev.weft.dataplane.route.Match;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Service;
import org.jspecify.annotations.Nullable;

/**
 * A route in a table: found by its path, then asked for the rest. Immutable; any event loop.
 *
 * @param expression what the whole path must match; null where finding it was enough
 * @param condition null where nothing else is asked
 * @param order its place among the routes of its host: the smaller one wins
 */
record Candidate(
        Route route,
        Service service,
        @Nullable Expression expression,
        @Nullable Condition condition,
        int order) {
    static Candidate of(Route route, Service service, Sources sources, int order) {
        Expression expression =
                route.match().path() instanceof Match.Path.Regex(Expression it) ? it : null;
        return new Candidate(
                route, service, expression, Condition.of(route.match(), sources), order);
    }

    boolean takesPath(Exchange exchange) {
        return expression == null || expression.matches(exchange.request().path());
    }

    boolean admits(Exchange exchange) {
        return (condition == null || condition.holds(exchange)) && takesPath(exchange);
    }

    /** The best of those that are in order and a best one so far. */
    static @Nullable Candidate better(
            @Nullable Candidate best, Candidate @Nullable [] candidates, Exchange exchange) {
        if (candidates != null) {
            for (Candidate candidate : candidates) {
                if (best != null && candidate.order > best.order) {
                    return best;
                }
                if (candidate.admits(exchange)) {
                    return candidate;
                }
            }
        }
        return best;
    }
}
