package dev.weft.dataplane.balance;

import dev.weft.dataplane.event.Series;
import dev.weft.dataplane.filter.Retries;
import dev.weft.dataplane.filter.Telemetry;
import dev.weft.dataplane.load.RetryBudget;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Service;
import org.jspecify.annotations.Nullable;

/**
 * A backend with endpoints as one route has it: counted on its own. Any event loop.
 *
 * @param budget what its requests count in; null where those of the whole route count in one
 */
record Chosen(Series series, Endpoints endpoints, @Nullable RetryBudget budget) implements Choice {
    @Override
    public void serve(Exchange exchange) {
        Telemetry.choose(exchange, series);
        if (budget != null) {
            Retries.count(exchange, budget);
        }
        endpoints.serve(exchange);
    }

    @Override
    public Service counted() {
        return endpoints;
    }

    @Override
    public Offer offer(Exchange exchange) {
        return endpoints.offer(exchange);
    }

    @Override
    public boolean want(Exchange exchange, long token) {
        return endpoints.want(exchange, token);
    }
}
