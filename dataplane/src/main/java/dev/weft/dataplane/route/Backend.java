package dev.weft.dataplane.route;

import java.util.List;
import java.util.Set;

/** What can answer a request. */
public sealed interface Backend {
    /** The long-lived name for figures: {@code default/blue}. */
    String name();

    /**
     * Instances of one thing, of which each request goes to one, in turn.
     *
     * @param cluster names the pool of connections and what is known of its endpoints: {@code
     *     default/blue:http}
     * @param ready those that take requests now; empty: 503 with cause {@code no-endpoints}
     */
    record Endpoints(String name, String cluster, List<Address> ready) implements Backend {
        public Endpoints {
            ready = List.copyOf(new java.util.LinkedHashSet<>(ready));
        }
    }

    /** A service or handler of this process, registered with the data plane under this name. */
    record Local(String name) implements Backend {}

    /**
     * Sends the caller elsewhere.
     *
     * @param status 301, 302, 303, 307 or 308
     * @param location absolute, or a path on the same host
     */
    record Redirect(String name, int status, String location) implements Backend {
        private static final Set<Integer> STATUSES = Set.of(301, 302, 303, 307, 308);

        public Redirect {
            if (!STATUSES.contains(status)) {
                throw new IllegalArgumentException(
                        "status: " + status + " (expected: one of 301, 302, 303, 307, 308)");
            }
            if (location.chars().anyMatch(c -> c <= ' ' || c >= 127)) {
                throw new IllegalArgumentException(
                        "location: " + location + " (expected: percent-encoded ASCII)");
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
