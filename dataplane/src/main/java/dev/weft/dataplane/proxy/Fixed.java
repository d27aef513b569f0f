package dev.weft.dataplane.proxy;

import dev.weft.dataplane.balance.Choice;
import dev.weft.dataplane.event.Series;
import dev.weft.dataplane.filter.Retries;
import dev.weft.dataplane.filter.Telemetry;
import dev.weft.dataplane.load.RetryBudget;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Service;
import org.jspecify.annotations.Nullable;

/**
 * A backend without endpoints to choose among, which can always be asked. Any event loop.
 *
 * @param budget what its requests count in; null where those of the whole route count in one
 */
record Fixed(Series series, Service service, @Nullable RetryBudget budget) implements Choice {
    @Override
    public Service counted() {
        return service;
    }

    @Override
    public Offer offer(Exchange exchange) {
        // what it says once it says again: a second try is better spent on an endpoint
        return exchange.tries() == 1 ? Offer.A_NEW_ONE : Offer.NOBODY;
    }

    @Override
    public void serve(Exchange exchange) {
        Telemetry.choose(exchange, series);
        if (budget != null) {
            Retries.count(exchange, budget);
        }
        service.serve(exchange);
    }
}
