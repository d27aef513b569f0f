package dev.weft.dataplane.proxy.match;

import dev.weft.dataplane.route.Expression;
import dev.weft.dataplane.service.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * What a route asks of a request beside what it was found by: the same object for all that ask the
 * same. Immutable; any event loop.
 *
 * @param rest what the path must match from a place on; null where finding it was enough
 * @param from the length of what it was found by
 * @param condition null where nothing else is asked
 */
record Asked(@Nullable Expression rest, int from, @Nullable Condition condition) {
    static final Asked NOTHING = new Asked(null, 0, null);

    boolean takesPath(Exchange exchange) {
        return rest == null || rest.matches(exchange.request().path(), from);
    }

    boolean admits(Exchange exchange) {
        return (condition == null || condition.holds(exchange)) && takesPath(exchange);
    }
}
