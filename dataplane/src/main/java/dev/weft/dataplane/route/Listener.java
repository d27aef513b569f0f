package dev.weft.dataplane.route;

import dev.weft.dataplane.route.entrance.Entrance;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** An address beside the edge: a port of a Service's cluster address, or of a Gateway. */
public sealed interface Listener {
    /** For people and figures: {@code default/root:http}. */
    String name();

    Address address();

    /** What holds for a connection before its first request. */
    Entrance entrance();

    /** HTTP/1.1 and HTTP/2; with TLS where its entrance has any. */
    record Http(String name, Address address, Entrance entrance, List<VirtualHost> hosts)
            implements Listener {
        public Http {
            hosts = List.copyOf(hosts);
            Snapshot.checkNamesDiffer(hosts);
        }

        /** Requests are routed by path; the host is whatever the caller wrote. */
        public Http(String name, Address address, List<Route> routes) {
            this(
                    name,
                    address,
                    Entrance.usual(),
                    List.of(new VirtualHost(Set.of(VirtualHost.ANY), routes)));
        }

        public List<Route> routes() {
            return hosts.size() == 1
                    ? hosts.getFirst().routes()
                    : hosts.stream().flatMap(host -> host.routes().stream()).toList();
        }
    }

    /**
     * Bytes are passed on as they are, each connection to one endpoint; after TLS has been taken
     * off, where its entrance has any.
     *
     * @param route only its backends and its connect, idle and tunnel timeouts count
     */
    record Tcp(String name, Address address, Entrance entrance, Route route) implements Listener {
        public Tcp(String name, Address address, Route route) {
            this(name, address, Entrance.usual(), route);
        }
    }

    /**
     * TLS is passed on as it is, by the server name that the client asks for; a name that no route
     * lists is refused with the alert {@code unrecognized_name}.
     */
    record Sni(String name, Address address, Entrance entrance, List<Named> routes)
            implements Listener {
        public Sni {
            routes = List.copyOf(routes);
            var names = new HashSet<String>();
            for (Named route : routes) {
                for (String one : route.names) {
                    if (!names.add(one)) {
                        throw new IllegalArgumentException(
                                "server name " + one + " stands in two routes");
                    }
                }
            }
        }
    }

    /**
     * Where connections for some server names go.
     *
     * @param names exact, {@code *.a.example}, or {@link VirtualHost#ANY}
     * @param terminate whether TLS is taken off first, with the certificates of the entrance
     */
    record Named(Set<String> names, boolean terminate, Route route) {
        public Named {
            names = Set.copyOf(names);
            for (String name : names) {
                if (name.isEmpty() || !name.equals(name.toLowerCase(Locale.ROOT))) {
                    throw new IllegalArgumentException(
                            "server name: " + name + " (expected: lower case, *.name or *)");
                }
            }
        }
    }

    /**
     * The protocol is told by the first bytes: HTTP goes to the hosts, anything else where the
     * route says.
     *
     * @param patience for the first bytes; a server may be the one who speaks first
     */
    record Detect(
            String name,
            Address address,
            Entrance entrance,
            List<VirtualHost> hosts,
            Route otherwise,
            Duration patience)
            implements Listener {
        public Detect {
            hosts = List.copyOf(hosts);
            Snapshot.checkNamesDiffer(hosts);
            if (patience.isNegative() || patience.compareTo(Duration.ofSeconds(10)) > 0) {
                throw new IllegalArgumentException(
                        "patience: " + patience + " (expected: 0 to 10 seconds)");
            }
        }

        /** In clear; a client has 50 ms. */
        public static Detect usual(
                String name, Address address, List<VirtualHost> hosts, Route otherwise) {
            return new Detect(name, address, Entrance.usual(), hosts, otherwise, USUAL_PATIENCE);
        }

        /** Long enough for a client on the same network, too short for a person to see. */
        private static final Duration USUAL_PATIENCE = Duration.ofMillis(50);
    }
}
