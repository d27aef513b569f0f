package dev.weft.mesh.compile;

import dev.weft.dataplane.route.Match;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.VirtualHost;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The hosts of the platform's edge: those that every Service has, and those that routes ask for.
 * Where a route asks for a name that a Service has, its rules come first, and what they leave goes
 * to the Service. Belongs to one thread and one snapshot.
 */
final class EdgeHosts {
    private final Map<String, VirtualHost> asked;
    private final Kept kept;
    private final Set<String> merged = new HashSet<>();
    private final List<VirtualHost> hosts = new ArrayList<>();

    /**
     * @param asked by name
     * @param kept what was put together for the snapshots before
     */
    EdgeHosts(Map<String, VirtualHost> asked, Kept kept) {
        this.asked = asked;
        this.kept = kept;
    }

    /** Adds a Service's host. */
    void add(VirtualHost host) {
        if (asked.isEmpty() || host.names().stream().noneMatch(asked::containsKey)) {
            hosts.add(host);
            return;
        }
        var left = new HashSet<String>();
        for (String name : host.names()) {
            VirtualHost wanted = asked.get(name);
            if (wanted == null) {
                left.add(name);
            } else {
                merged.add(name);
                VirtualHost.Ordering ordering =
                        isListed(wanted) || isListed(host)
                                ? VirtualHost.Ordering.LIST
                                : VirtualHost.Ordering.MOST_SPECIFIC;
                hosts.add(
                        kept.host(
                                Set.of(name),
                                joined(ordered(wanted, ordering), ordered(host, ordering)),
                                ordering,
                                wanted.alone()));
            }
        }
        if (!left.isEmpty()) {
            hosts.add(kept.host(left, host.routes(), host.ordering(), host.alone()));
        }
    }

    private static boolean isListed(VirtualHost host) {
        return host.ordering() == VirtualHost.Ordering.LIST;
    }

    /** Those of a host that has no list of its own stand in one as they would be asked anyway. */
    private static List<Route> ordered(VirtualHost host, VirtualHost.Ordering ordering) {
        return switch (ordering) {
            case MOST_SPECIFIC -> host.routes();
            case LIST -> isListed(host) ? host.routes() : mostSpecificFirst(host.routes());
        };
    }

    private static List<Route> mostSpecificFirst(List<Route> routes) {
        return routes.stream()
                .sorted(Comparator.comparing(Route::match, Match.mostSpecificFirst()))
                .toList();
    }

    /**
     * @param byPath what is served whatever the host is, the platform's own first
     */
    List<VirtualHost> all(List<Route> byPath) {
        asked.forEach(
                (name, host) -> {
                    if (!merged.contains(name) && !name.equals(VirtualHost.ANY)) {
                        hosts.add(host);
                    }
                });
        VirtualHost any = asked.get(VirtualHost.ANY);
        boolean listed = any != null && isListed(any);
        List<Route> own = listed ? mostSpecificFirst(byPath) : byPath;
        List<Route> routes = any == null ? own : aroundEverything(own, any.routes());
        VirtualHost.Ordering ordering =
                listed ? VirtualHost.Ordering.LIST : VirtualHost.Ordering.MOST_SPECIFIC;
        hosts.add(kept.host(Set.of(VirtualHost.ANY), routes, ordering, false));
        kept.settle();
        return hosts;
    }

    /** Only what takes every path gives way to what is asked for. */
    private static List<Route> aroundEverything(List<Route> own, List<Route> asked) {
        var first = own.stream().filter(it -> !it.match().equals(Match.everything())).toList();
        return joined(joined(first, asked), own);
    }

    private static List<Route> joined(List<Route> first, List<Route> then) {
        var byMatch = new LinkedHashMap<Match, Route>();
        first.forEach(it -> byMatch.putIfAbsent(it.match(), it));
        then.forEach(it -> byMatch.putIfAbsent(it.match(), it));
        return List.copyOf(byMatch.values());
    }
}
