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
    private final ByteTable<ByPort> byHost;
    private final @Nullable PathTable any;

    Table(List<VirtualHost> hosts, Function<dev.weft.dataplane.route.Route, Service> compiler) {
        Map<String, ByPort> tables = new HashMap<>();
        PathTable forAny = null;
        for (VirtualHost host : hosts) {
            var table = new PathTable(host.routes(), compiler);
            for (String name : host.names()) {
                if (name.equals(VirtualHost.ANY)) {
                    forAny = table;
                } else {
                    put(tables, name, table);
                }
            }
        }
        byHost = new ByteTable<>(tables);
        any = forAny;
    }

    private static void put(Map<String, ByPort> tables, String name, PathTable table) {
        int colon = name.lastIndexOf(':');
        boolean withPort = colon >= 0 && !name.endsWith("]");
        String host = withPort ? name.substring(0, colon) : name;
        ByPort known = tables.getOrDefault(host, ByPort.NONE);
        tables.put(
                host,
                withPort
                        ? known.with(Integer.parseInt(name.substring(colon + 1)), table)
                        : new ByPort(table, known.ports));
    }

    /** A host's routes: those of the port that the caller named, else those of no port. */
    private record ByPort(@Nullable PathTable usual, Map<Integer, PathTable> ports) {
        static final ByPort NONE = new ByPort(null, Map.of());

        ByPort with(int port, PathTable table) {
            Map<Integer, PathTable> more = new HashMap<>(ports);
            more.put(port, table);
            return new ByPort(usual, Map.copyOf(more));
        }

        @Nullable PathTable at(int port) {
            if (ports.isEmpty() || port == 0) {
                return usual;
            }
            PathTable own = ports.get(port);
            return own == null ? usual : own;
        }
    }

    @Nullable Service find(Exchange exchange) {
        Head head = exchange.request();
        ByPort host = byHost.findIgnoringCase(head.bytes(), head.hostStart(), head.hostEnd());
        PathTable exact = host == null ? null : host.at(head.hostPort());
        Service found = exact == null ? null : exact.find(exchange);
        return found != null || any == null ? found : any.find(exchange);
    }
}
