package dev.weft.dataplane.proxy.match;

import dev.weft.dataplane.route.Expression;
import dev.weft.dataplane.route.Match;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.service.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * A route in a table: found by its path, then asked for the rest. Immutable; any event loop.
 *
 * @param expression what the whole path must match; null where finding it was enough
 * @param condition null where nothing else is asked
 */
record Candidate(Route route, @Nullable Expression expression, @Nullable Condition condition) {
    static Candidate of(Route route, Conditions conditions) {
        Expression expression =
                route.match().path() instanceof Match.Path.Regex(Expression it) ? it : null;
        return new Candidate(route, expression, conditions.of(route.match()));
    }

    /** Whether finding it by its path is not enough. */
    boolean asksMore() {
        return expression != null || condition != null;
    }

    boolean takesPath(Exchange exchange) {
        return expression == null || expression.matches(exchange.request().path());
    }

    boolean admits(Exchange exchange) {
        return (condition == null || condition.holds(exchange)) && takesPath(exchange);
    }
}
