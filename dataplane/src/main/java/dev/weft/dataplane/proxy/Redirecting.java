package dev.weft.dataplane.proxy;

import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Service;

/** Sends callers elsewhere. Any event loop. */
record Redirecting(Backend.Redirect redirect) implements Service {
    @Override
    public void serve(Exchange exchange) {
        var answer = exchange.answer();
        answer.startAnswer(redirect.status());
        answer.add("location", redirect.location());
        answer.bodyLength(0);
        exchange.begin();
        exchange.end();
    }
}
