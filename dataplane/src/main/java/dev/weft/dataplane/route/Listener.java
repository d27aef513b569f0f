package dev.weft.dataplane.route;

import java.util.List;

/** An address beside the edge: a port of a Service's cluster address. */
public sealed interface Listener {
    /** For people and figures: {@code default/root:http}. */
    String name();

    Address address();

    /** Requests are routed by path; the host is whatever the caller wrote. */
    record Http(String name, Address address, List<Route> routes) implements Listener {
        public Http {
            routes = List.copyOf(routes);
            Routes.checkPrefixesDiffer(routes);
        }
    }

    /**
     * Bytes are passed on as they are, each connection to one endpoint.
     *
     * @param route only its backends and its connect and idle timeouts count
     */
    record Tcp(String name, Address address, Route route) implements Listener {}
}
