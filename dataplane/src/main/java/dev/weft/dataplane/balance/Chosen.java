package dev.weft.dataplane.balance;

import dev.weft.dataplane.event.Series;
import dev.weft.dataplane.filter.Telemetry;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Service;

/** A backend with endpoints as one route has it: counted on its own. Any event loop. */
record Chosen(Series series, Endpoints endpoints) implements Choice {
    @Override
    public void serve(Exchange exchange) {
        Telemetry.choose(exchange, series);
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
