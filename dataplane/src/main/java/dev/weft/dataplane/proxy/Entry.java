package dev.weft.dataplane.proxy;

import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.proxy.match.HostTable;
import dev.weft.dataplane.proxy.match.NearMisses;
import dev.weft.dataplane.route.Refusal;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Service;

/**
 * Where a listener's requests come in: each finds its route in the snapshot of this moment, and
 * keeps it. Any event loop; {@link #set} on any thread.
 */
final class Entry implements Service {
    private final String name;
    private volatile HostTable table = HostTable.empty();

    Entry(String name) {
        this.name = name;
    }

    void set(HostTable next) {
        table = next;
    }

    @Override
    public void serve(Exchange exchange) {
        HostTable now = table;
        Service service = now.find(exchange);
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
                                    + ")."
                                    + NearMisses.of(now, exchange)));
        } else {
            service.serve(exchange);
        }
    }
}
