package dev.weft.dataplane.proxy;

import dev.weft.dataplane.balance.Choice;
import dev.weft.dataplane.balance.Clusters;
import dev.weft.dataplane.balance.Endpoints;
import dev.weft.dataplane.balance.Split;
import dev.weft.dataplane.event.Series;
import dev.weft.dataplane.event.SeriesName;
import dev.weft.dataplane.event.Traffic;
import dev.weft.dataplane.http.Upstream.Terms;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.Refusal;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.WeightedBackend;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Failure;
import dev.weft.dataplane.service.Service;
import dev.weft.foundation.chance.Chance;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns routes into services that run. Used by one thread at a time, whoever applies a snapshot;
 * what it makes runs on the event loops. A route that is the same object as in the last snapshot is
 * not compiled again, so that a small change of a large snapshot costs little.
 */
final class Compiler {
    private final int loops;
    private final Traffic traffic;
    private final Clusters clusters;
    private final OwnFields own;
    private final Map<String, Service> locals;
    private final Chance chance;
    private final Set<SeriesName> named = new HashSet<>();

    /** By identity: comparing values would cost as much as compiling. */
    private Map<Route, Service> made = new IdentityHashMap<>();

    private Map<Route, Service> making = new IdentityHashMap<>();

    Compiler(
            int loops,
            Traffic traffic,
            Clusters clusters,
            OwnFields own,
            Map<String, Service> locals,
            Chance chance) {
        this.loops = loops;
        this.traffic = traffic;
        this.clusters = clusters;
        this.own = own;
        this.locals = locals;
        this.chance = chance;
    }

    /** The same service as before for a route that is the same value as in the last snapshot. */
    Service compile(Route route) {
        Service known = made.get(route);
        Service service;
        if (known == null) {
            service = RouteStack.of(route, series(route, ""), own).service(choice(route));
        } else {
            keep(route);
            service = known;
        }
        making.put(route, service);
        return service;
    }

    /** The filters of a route that have something to do. Any thread. */
    List<String> layers(Route route) {
        var uncounted = new Traffic(1).series(new SeriesName(route.name(), route.service(), ""));
        return RouteStack.of(route, uncounted, own).lines();
    }

    /** Names again what a route that was compiled earlier uses. */
    private void keep(Route route) {
        named.add(new SeriesName(route.name(), route.service(), ""));
        for (WeightedBackend weighted : route.backends()) {
            named.add(new SeriesName(route.name(), route.service(), weighted.backend().name()));
            if (weighted.backend() instanceof Backend.Endpoints endpoints) {
                clusters.keep(endpoints);
            }
        }
    }

    /** Lets go of everything that no route compiled since the last call has named. */
    void forgetOthers() {
        traffic.keepOnly(named);
        named.clear();
        clusters.retireOthers();
        made = making;
        making = new IdentityHashMap<>();
    }

    private Service choice(Route route) {
        List<WeightedBackend> backends = route.backends();
        Choice[] choices =
                backends.stream()
                        .map(backend -> choice(route, backend.backend()))
                        .toArray(Choice[]::new);
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
        return choices.length == 1 ? choices[0] : new Split(choices, weights, loops, chance.next());
    }

    private Choice choice(Route route, Backend backend) {
        Series series = series(route, backend.name());
        return switch (backend) {
            case Backend.Endpoints endpoints ->
                    new Endpoints(
                            clusters.upstreams(endpoints),
                            Terms.of("Service " + endpoints.name(), route.policy().timeouts()),
                            series,
                            loops);
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

    Series series(Route route, String backend) {
        var name = new SeriesName(route.name(), route.service(), backend);
        named.add(name);
        return traffic.series(name);
    }
}
