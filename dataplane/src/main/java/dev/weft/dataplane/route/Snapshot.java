package dev.weft.dataplane.route;

import dev.weft.dataplane.route.entrance.Entrance;
import dev.weft.dataplane.route.entrance.Outward;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * Everything that the data plane does at one moment. A request keeps the snapshot it began with.
 *
 * @param hosts what the edge listeners answer for; a host name stands in at most one of them
 * @param listeners addresses beside the edge, opened and closed as snapshots change
 * @param sources which workload calls from an address: {@code 127.96.1.7} to {@code
 *     default/website}; an identity in a client certificate says it too
 * @param outward what the outbound proxy may reach beside the hosts that are routed
 * @param edge what holds for connections to the edge, which is in clear
 */
public record Snapshot(
        List<VirtualHost> hosts,
        List<Listener> listeners,
        Map<String, String> sources,
        Outward outward,
        Entrance edge) {
    private static final Snapshot EMPTY = new Snapshot(List.of(), List.of());

    public Snapshot {
        sources = Map.copyOf(sources);
        hosts = List.copyOf(hosts);
        listeners = List.copyOf(listeners);
        if (edge.tls() != null) {
            throw new IllegalArgumentException("edge: with TLS (expected: in clear)");
        }
        checkNamesDiffer(hosts);
        var addresses = new HashSet<Address>();
        for (Listener listener : listeners) {
            if (!addresses.add(listener.address())) {
                throw new IllegalArgumentException(
                        "address " + listener.address() + " stands in two listeners");
            }
        }
    }

    public Snapshot(List<VirtualHost> hosts, List<Listener> listeners) {
        this(hosts, listeners, Map.of());
    }

    public Snapshot(
            List<VirtualHost> hosts, List<Listener> listeners, Map<String, String> sources) {
        this(hosts, listeners, sources, Outward.nowhere());
    }

    public Snapshot(
            List<VirtualHost> hosts,
            List<Listener> listeners,
            Map<String, String> sources,
            Outward outward) {
        this(hosts, listeners, sources, outward, Entrance.usual());
    }

    /** With the edge's own connections bounded so. */
    public Snapshot withEdge(Entrance other) {
        return new Snapshot(hosts, listeners, sources, outward, other);
    }

    static void checkNamesDiffer(List<VirtualHost> hosts) {
        var names = new HashSet<String>();
        for (VirtualHost host : hosts) {
            for (String name : host.names()) {
                if (!names.add(name)) {
                    throw new IllegalArgumentException("host " + name + " stands in two hosts");
                }
            }
        }
    }

    /** A data plane that knows nothing: every request is answered 404. */
    public static Snapshot empty() {
        return EMPTY;
    }
}
