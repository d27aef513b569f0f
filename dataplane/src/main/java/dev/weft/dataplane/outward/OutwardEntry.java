package dev.weft.dataplane.outward;

import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.http.Refusals;
import dev.weft.dataplane.route.Refusal;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Service;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * Where the requests and tunnels of the outbound proxy come in. A host that Weft routes is routed
 * as anywhere; any other is reached only where a policy lists it. Any event loop.
 */
public final class OutwardEntry implements Service {
    private static final int HTTP = 80;

    private final Predicate<Exchange> routed;
    private final Service edge;
    private final Destinations destinations;

    /**
     * @param routed whether Weft routes the host by its name
     * @param edge what routes it
     */
    public OutwardEntry(Predicate<Exchange> routed, Service edge, Destinations destinations) {
        this.routed = routed;
        this.edge = edge;
        this.destinations = destinations;
    }

    @Override
    public void serve(Exchange exchange) {
        Head head = exchange.request();
        if (head.forHttps()) {
            exchange.refuse(
                    Refusals.malformed(
                            400, "an https address is asked for by CONNECT, so that nobody reads"));
        } else if (routed.test(exchange)) {
            edge.serve(exchange);
        } else {
            String host = head.host().toLowerCase(Locale.ROOT);
            if (host.endsWith(".svc") || host.endsWith(".svc.cluster.local")) {
                exchange.refuse(
                        new Refusal(
                                404, "no-route", "", "There is no Service of the name " + host));
            } else {
                int port = head.hostPort() == 0 ? HTTP : head.hostPort();
                destinations.serve(exchange, host, port);
            }
        }
    }
}
