package dev.weft.dataplane.proxy;

import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.route.VirtualHost;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Service;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A snapshot's hosts made ready for finding a request's route. Immutable. */
final class Table {
    private final ByteTable<PathTable> byHost;
    private final @Nullable PathTable any;

    Table(List<VirtualHost> hosts, Function<dev.weft.dataplane.route.Route, Service> compiler) {
        Map<String, PathTable> tables = new HashMap<>();
        PathTable forAny = null;
        for (VirtualHost host : hosts) {
            var table = new PathTable(host.routes(), compiler);
            for (String name : host.names()) {
                if (name.equals(VirtualHost.ANY)) {
                    forAny = table;
                } else {
                    tables.put(name, table);
                }
            }
        }
        byHost = new ByteTable<>(tables);
        any = forAny;
    }

    @Nullable Service find(Exchange exchange) {
        Head head = exchange.request();
        PathTable exact = byHost.findIgnoringCase(head.bytes(), head.hostStart(), head.hostEnd());
        Service found = exact == null ? null : exact.find(exchange);
        return found != null || any == null ? found : any.find(exchange);
    }
}
