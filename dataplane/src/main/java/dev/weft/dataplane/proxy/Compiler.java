package dev.weft.dataplane.proxy;

import dev.weft.dataplane.balance.Choice;
import dev.weft.dataplane.balance.Clusters;
import dev.weft.dataplane.event.Series;
import dev.weft.dataplane.event.SeriesName;
import dev.weft.dataplane.event.Traffic;
import dev.weft.dataplane.filter.Filters.Mirror;
import dev.weft.dataplane.filter.Telemetry;
import dev.weft.dataplane.proxy.match.HostTables;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.Changes;
import dev.weft.dataplane.route.Refusal;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.WeightedBackend;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Failure;
import dev.weft.dataplane.service.Service;
import dev.weft.dataplane.service.Stack;
import dev.weft.foundation.chance.Chance;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns routes into services that run. Used by one thread at a time, whoever applies a snapshot;
 * what it makes runs on the event loops. A route that is the same object as in the last snapshot is
 * not compiled again, so that a small change of a large snapshot costs little.
 */
final class Compiler implements HostTables.Routes {
    /** A route's service and how many tables it stands in. */
    private static final class Made {
        final Service service;
        int uses;

        Made(Service service) {
            this.service = service;
        }
    }

    private final Traffic traffic;
    private final Clusters clusters;
    private final Shared own;
    private final Map<String, Service> locals;
    private final Chance chance;

    /** By identity: comparing values would cost as much as compiling. */
    private final Map<Route, Made> made = new IdentityHashMap<>();

    private final List<Route> unused = new ArrayList<>();

    Compiler(
            Traffic traffic,
            Clusters clusters,
            Shared own,
            Map<String, Service> locals,
            Chance chance) {
        this.traffic = traffic;
        this.clusters = clusters;
        this.own = own;
        this.locals = locals;
        this.chance = chance;
    }

    /** The same service for the same route, as long as it is not let go. */
    @Override
    public Service take(Route route) {
        Made known = made.get(route);
        if (known == null) {
            List<Mirror> mirrors = mirrors(route, route.policy().changes());
            Stack stack = RouteStack.of(route, series(route, ""), own, mirrors);
            known = new Made(stack.service(choice(route)));
            made.put(route, known);
        }
        known.uses++;
        return known.service;
    }

    @Override
    public void release(Route route) {
        Made known = made.get(route);
        if (known != null && --known.uses == 0) {
            unused.add(route);
        }
    }

    /** The filters of a route that have something to do. Any thread. */
    List<String> layers(Route route) {
        List<Mirror> mirrors =
                route.policy().changes().mirrors().stream()
                        .map(mirror -> new Mirror(exchange -> {}, mirror.share()))
                        .toList();
        var uncounted = new Traffic(1).series(new SeriesName(route.name(), route.service(), ""));
        return RouteStack.of(route, uncounted, own, mirrors).lines();
    }

    /** Lets go of what stands in no table any more: after the new tables are in use. */
    void settle() {
        for (Route route : unused) {
            if (made.get(route) instanceof Made known && known.uses == 0) {
                made.remove(route);
                releaseSeries(route);
                forEachEndpoints(route, clusters::release);
            }
        }
        unused.clear();
        clusters.retireUnused();
    }

    /** All that a route has taken of the clusters, mirrors too. */
    private static void forEachEndpoints(Route route, Consumer<Backend.Endpoints> action) {
        route.policy().changes().mirrors().forEach(mirror -> action.accept(mirror.to()));
        for (WeightedBackend weighted : route.backends()) {
            if (weighted.backend() instanceof Backend.Endpoints endpoints) {
                action.accept(endpoints);
            }
            weighted.changes().mirrors().forEach(mirror -> action.accept(mirror.to()));
        }
    }

    /** Copies are counted beside what they are copies of. */
    private List<Mirror> mirrors(Route route, Changes changes) {
        return changes.mirrors().stream().map(mirror -> mirror(route, mirror)).toList();
    }

    private Mirror mirror(Route route, Changes.Mirror mirror) {
        Series series = traffic.series(mirrorName(route, mirror.to()));
        Choice choice = clusters.choice(mirror.to(), route.policy().timeouts(), series);
        return new Mirror(new Telemetry(series).over(choice), mirror.share());
    }

    private static SeriesName mirrorName(Route route, Backend backend) {
        return new SeriesName(route.name() + " mirror", route.service(), backend.name());
    }

    private Choice choice(Route route, WeightedBackend weighted) {
        Choice choice = choice(route, weighted.backend());
        if (weighted.changes().equals(Changes.none())) {
            return choice;
        }
        String prefix = route.match().prefix();
        List<Mirror> mirrors = mirrors(route, weighted.changes());
        return new Changed(choice, RouteStack.of(weighted, prefix, own, mirrors).service(choice));
    }

    private Service choice(Route route) {
        List<WeightedBackend> backends = route.backends();
        Choice[] choices =
                backends.stream().map(backend -> choice(route, backend)).toArray(Choice[]::new);
        long[] weights = backends.stream().mapToLong(WeightedBackend::weight).toArray();
        long sum = 0;
        for (long weight : weights) {
            sum += weight;
        }
        if (sum == 0) {
            var refusal =
                    new Refusal(503, "no-weight", route.name(), "Every backend here has weight 0.");
            return exchange -> exchange.refuse(refusal);
        }
        return clusters.split(route, choices, chance);
    }

    private Choice choice(Route route, Backend backend) {
        Series series = series(route, backend.name());
        return switch (backend) {
            case Backend.Endpoints endpoints ->
                    clusters.choice(endpoints, route.policy().timeouts(), series);
            case Backend.Local local -> new Fixed(series, exchange -> local(local, exchange));
            case Backend.Redirect redirect ->
                    new Fixed(series, new Redirecting(redirect, route.match().prefix()));
            case Backend.Fail fail -> {
                // may be another backend's turn, where a route has several
                var failure = new Failure(fail.refusal(), false, fail.refusal().status() == 503);
                yield new Fixed(series, exchange -> exchange.fail(failure));
            }
        };
    }

    private void local(Backend.Local backend, Exchange exchange) {
        @Nullable Service service = locals.get(backend.name());
        if (service == null) {
            exchange.refuse(
                    new Refusal(
                            503,
                            "not-started",
                            backend.name(),
                            "The part of Weft that answers here is not started."));
        } else {
            service.serve(exchange);
        }
    }

    /** Counts for a route and one of its backends, until the route's series are let go. */
    private Series series(Route route, String backend) {
        return traffic.series(new SeriesName(route.name(), route.service(), backend));
    }

    private void releaseSeries(Route route) {
        traffic.release(new SeriesName(route.name(), route.service(), ""));
        for (WeightedBackend weighted : route.backends()) {
            traffic.release(
                    new SeriesName(route.name(), route.service(), weighted.backend().name()));
        }
        route.policy()
                .changes()
                .mirrors()
                .forEach(mirror -> traffic.release(mirrorName(route, mirror.to())));
        for (WeightedBackend weighted : route.backends()) {
            weighted.changes()
                    .mirrors()
                    .forEach(mirror -> traffic.release(mirrorName(route, mirror.to())));
        }
    }
}
