package dev.weft.dataplane.proxy;

import dev.weft.dataplane.balance.Choice;
import dev.weft.dataplane.event.Series;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Service;

/**
 * A backend whose requests are changed below the choice of it. Any event loop.
 *
 * @param filters above the choice itself
 */
record Changed(Choice choice, Service filters) implements Choice {
    @Override
    public void serve(Exchange exchange) {
        filters.serve(exchange);
    }

    @Override
    public Offer offer(Exchange exchange) {
        return choice.offer(exchange);
    }

    @Override
    public Series series() {
        return choice.series();
    }

    @Override
    public boolean want(Exchange exchange, long token) {
        return choice.want(exchange, token);
    }
}
