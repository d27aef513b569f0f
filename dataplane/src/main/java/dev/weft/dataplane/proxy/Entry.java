package dev.weft.dataplane.proxy;

import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.route.Refusal;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Service;
import org.jspecify.annotations.Nullable;

/**
 * Where a listener's requests come in: each finds its route in the snapshot of this moment, and
 * keeps it. Any event loop; {@link #set} on any thread.
 */
final class Entry implements Service {
    /** Finds the service of a request. */
    @FunctionalInterface
    interface Finder {
        @Nullable Service find(Exchange exchange);
    }

    private final String name;
    private volatile Finder finder = exchange -> null;

    Entry(String name) {
        this.name = name;
    }

    void set(Finder next) {
        finder = next;
    }

    @Override
    public void serve(Exchange exchange) {
        Service service = finder.find(exchange);
        if (service == null) {
            Head head = exchange.request();
            exchange.refuse(
                    new Refusal(
                            404,
                            "no-route",
                            "",
                            "Nothing is routed here for the host \""
                                    + head.host()
                                    + "\" and the path \""
                                    + head.path()
                                    + "\" (listener "
                                    + name
                                    + ")."));
        } else {
            service.serve(exchange);
        }
    }
}
