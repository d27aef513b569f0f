package dev.weft.dataplane.route;

import dev.weft.dataplane.route.upstream.Cluster;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What can answer a request. */
public sealed interface Backend {
    /** The long-lived name for figures: {@code default/blue}. */
    String name();

    /**
     * Instances of one thing, of which each request goes to one.
     *
     * @param cluster names the pool of connections and what is known of its endpoints: {@code
     *     default/blue:http}
     * @param endpoints those that take requests now; empty: 503 with cause {@code no-endpoints}
     * @param terms how they are used
     */
    record Endpoints(String name, String cluster, List<Endpoint> endpoints, Cluster terms)
            implements Backend {
        public Endpoints {
            endpoints = List.copyOf(endpoints);
            var addresses = new HashSet<Address>();
            for (Endpoint endpoint : endpoints) {
                if (!addresses.add(endpoint.address)) {
                    throw new IllegalArgumentException(
                            "address " + endpoint.address + " stands twice in " + cluster);
                }
            }
        }

        /** Of equal weight, in the usual terms. */
        public Endpoints(String name, String cluster, List<Address> ready) {
            this(name, cluster, equal(ready), Cluster.usual());
        }

        private static List<Endpoint> equal(List<Address> ready) {
            return new LinkedHashSet<>(ready)
                    .stream().map(address -> new Endpoint(address, 1)).toList();
        }

        public Endpoints withTerms(Cluster other) {
            return new Endpoints(name, cluster, endpoints, other);
        }

        public List<Address> ready() {
            return endpoints.stream().map(Endpoint::address).toList();
        }
    }

    /**
     * One that takes requests.
     *
     * @param weight its share beside the others of its backend
     */
    record Endpoint(Address address, int weight) {
        public Endpoint {
            if (weight < 1 || weight > 1_000_000) {
                throw new IllegalArgumentException(
                        "weight: " + weight + " (expected: 1 to 1,000,000)");
            }
        }
    }

    /** A service or handler of this process, registered with the data plane under this name. */
    record Local(String name) implements Backend {}

    /**
     * Sends the caller elsewhere.
     *
     * @param status 301, 302, 303, 307 or 308
     */
    record Redirect(String name, int status, Place place) implements Backend {
        private static final Set<Integer> STATUSES = Set.of(301, 302, 303, 307, 308);

        public Redirect {
            if (!STATUSES.contains(status)) {
                throw new IllegalArgumentException(
                        "status: " + status + " (expected: one of 301, 302, 303, 307, 308)");
            }
        }

        public Redirect(String name, int status, String location) {
            this(name, status, new Place.Fixed(location));
        }
    }

    /** Where a caller is sent. */
    sealed interface Place {
        /**
         * The same place for every request.
         *
         * @param location absolute, or a path on the same host
         */
        record Fixed(String location) implements Place {
            public Fixed {
                if (location.chars().anyMatch(c -> c <= ' ' || c >= 127)) {
                    throw new IllegalArgumentException(
                            "location: " + location + " (expected: percent-encoded ASCII)");
                }
            }
        }

        /**
         * Where the request went, but for these parts. The query stays.
         *
         * @param scheme {@code http} or {@code https}; empty for that of the request
         * @param host empty for that of the request
         * @param port 0: the usual one of a scheme that is named here, else that of the request
         */
        record Changed(String scheme, String host, int port, PathRewrite path) implements Place {
            public Changed {
                if (!scheme.matches("|http|https")) {
                    throw new IllegalArgumentException(
                            "scheme: " + scheme + " (expected: http or https)");
                }
                if (!host.matches("[A-Za-z0-9._-]*|\\[[0-9a-fA-F:.]+]")) {
                    throw new IllegalArgumentException(
                            "host: " + host + " (expected: a name without a port)");
                }
                if (port < 0 || port > 65535) {
                    throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
                }
            }
        }
    }

    /**
     * Refuses.
     *
     * @param refusal what is answered
     */
    record Fail(String name, Refusal refusal) implements Backend {}
}
