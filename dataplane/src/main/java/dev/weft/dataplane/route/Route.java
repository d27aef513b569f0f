package dev.weft.dataplane.route;

import java.util.List;

/**
 * Where a request goes. The three names (this route's, its service's, and the backend's) label the
 * figures and outlive snapshots: keep them the same as long as the thing they name is the same.
 *
 * @param name who decided, as a person would look it up: {@code TrafficSplit default/website}
 * @param service whom the caller addressed: {@code default/root}
 * @param backends where to, by weight; a request goes to one of them
 */
public record Route(
        String name, String service, Match match, Policy policy, List<WeightedBackend> backends) {
    public Route {
        backends = List.copyOf(backends);
        if (backends.isEmpty()) {
            throw new IllegalArgumentException(
                    "route " + name + " has no backend (expected: one, if only a Fail)");
        }
    }

    /** A route for every path, with the usual policy, to one backend. */
    public static Route toOne(String name, String service, Backend backend) {
        return new Route(
                name,
                service,
                Match.everything(),
                Policy.usual(),
                List.of(new WeightedBackend(1, backend)));
    }

    public Route withMatch(Match other) {
        return new Route(name, service, other, policy, backends);
    }

    public Route withPolicy(Policy other) {
        return new Route(name, service, match, other, backends);
    }
}
