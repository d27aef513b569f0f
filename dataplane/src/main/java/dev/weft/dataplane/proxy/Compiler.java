package dev.weft.dataplane.proxy;

import dev.weft.dataplane.balance.Choice;
import dev.weft.dataplane.balance.Clusters;
import dev.weft.dataplane.event.Series;
import dev.weft.dataplane.event.SeriesName;
import dev.weft.dataplane.event.Traffic;
import dev.weft.dataplane.filter.Filters.Lane;
import dev.weft.dataplane.filter.Filters.Mirror;
import dev.weft.dataplane.filter.Telemetry;
import dev.weft.dataplane.load.RetryBudget;
import dev.weft.dataplane.proxy.match.HostTables;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.Changes;
import dev.weft.dataplane.route.Guard;
import dev.weft.dataplane.route.PathRewrite;
import dev.weft.dataplane.route.Policy;
import dev.weft.dataplane.route.Refusal;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.Timeouts;
import dev.weft.dataplane.route.WeightedBackend;
import dev.weft.dataplane.route.WeightedBackend.Own;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Failure;
import dev.weft.dataplane.service.Service;
import dev.weft.foundation.chance.Chance;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns routes into services that run. A route that is the same object as in the last snapshot
 * keeps its service, so that a small change of a large snapshot costs little; the filters of a new
 * one are put together when the first request comes for it, so that a large change costs little
 * too. One thread at a time takes routes and lets them go, whoever applies a snapshot; what it
 * makes runs on the event loops.
 */
final class Compiler implements HostTables.Routes {
    /** In how many tables a route stands. */
    private static final class Made {
        final Route route;
        int uses;
        final Way way;

        Made(Route route, Way way) {
            this.route = route;
            this.way = way;
        }
    }

    /**
     * What routes have in common that differ in what they match and in nothing else, as the rules
     * of one HTTPRoute often do: thousands of routes then need little memory while they serve, and
     * what serves one of them is in the caches for the others.
     */
    private final class Way implements HostTables.Prepared {
        private final Route first;

        /** Whether what is made depends on the prefix that was matched. */
        private final boolean byPrefix;

        private volatile @Nullable Service service;

        // of whoever applies a snapshot
        /** How many routes go this way. */
        private int members;

        /** What is not to be lost while nothing else holds it; empty until it is held. */
        @SuppressWarnings("UnusedVariable") // it is there to be held
        private List<Object> kept = List.of();

        Way(Route first) {
            this.first = first;
            this.byPrefix = changesPath(first);
        }

        boolean isThatOf(Route route) {
            return route == first
                    || (route.name().equals(first.name())
                            && route.service().equals(first.service())
                            && route.policy().equals(first.policy())
                            && route.backends().equals(first.backends())
                            && (!byPrefix
                                    || route.match().prefix().equals(first.match().prefix())));
        }

        /** Two loops may make it at once: the later one stays, and neither does harm. */
        @Override
        public Service ready() {
            Service known = service;
            if (known == null) {
                known = make(first);
                service = known;
            }
            return known;
        }

        @Override
        public void serve(Exchange exchange) {
            ready().serve(exchange);
        }

        private static boolean changesPath(Route route) {
            return changesPath(route.policy().changes())
                    || route.backends().stream()
                            .anyMatch(
                                    it ->
                                            changesPath(it.changes())
                                                    || it.backend() instanceof Backend.Redirect);
        }

        private static boolean changesPath(Changes changes) {
            return !(changes.path() instanceof PathRewrite.Keep);
        }
    }

    /** Of how many policies the filters are kept for the next route. */
    private static final int COMMON_MAX = 256;

    private final Traffic traffic;
    private final Clusters clusters;
    private final Shared own;
    private final Map<String, Service> locals;
    private final Chance chance;

    /** By identity: comparing values would cost as much as compiling. */
    private final Map<Route, Made> made = new IdentityHashMap<>();

    /** What stands above the choice of a backend, by policy. Any thread. */
    private final Map<Policy, Service> common = new ConcurrentHashMap<>();

    /** The same for the usual policy. */
    private volatile @Nullable Service usual;

    /** That of the route that was taken last. */
    private @Nullable Way latest;

    private final List<Way> fresh = new ArrayList<>();
    private final List<Made> unused = new ArrayList<>();

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
            known = new Made(route, way(route));
            made.put(route, known);
            known.way.members++;
        }
        known.uses++;
        latest = known.way;
        return known.way;
    }

    /** Routes that go the same way come one after the other. */
    private Way way(Route route) {
        Way before = latest;
        if (before != null && before.isThatOf(route)) {
            return before;
        }
        var way = new Way(route);
        fresh.add(way);
        forEachEndpoints(route, clusters::take);
        return way;
    }

    @Override
    public void release(Route route) {
        Made known = made.get(route);
        if (known != null && --known.uses == 0) {
            unused.add(known);
        }
    }

    /** On whichever thread the first request comes. */
    private Service make(Route route) {
        RetryBudget budget = own.retries().shared(route);
        Series unchosen = counts(route, "");
        Service choice = choice(route);
        // the one backend that there is serves without a step between
        return choice instanceof Choice one && one.counted() instanceof Service counted
                ? new Lane(route.name(), unchosen, budget, one.series(), counted, filters(route))
                : new Lane(route.name(), unchosen, budget, null, choice, filters(route));
    }

    /** Routes of the same policy have the same filters, where those name no route. */
    private Service filters(Route route) {
        if (!RouteStack.isCommon(route)) {
            List<Mirror> mirrors = mirrors(route, route.policy().changes());
            return RouteStack.of(route, own, mirrors).service(Lane::choose);
        }
        if (route.policy() == Policy.usual()) {
            return usual(route);
        }
        if (common.size() >= COMMON_MAX) {
            common.clear();
        }
        return common.computeIfAbsent(
                route.policy(),
                unused -> RouteStack.of(route, own, List.of()).service(Lane::choose));
    }

    /** Apart, since a policy is dear to hash, and at a start most are this one. */
    private Service usual(Route route) {
        Service known = usual;
        if (known == null) {
            known = RouteStack.of(route, own, List.of()).service(Lane::choose);
            usual = known;
        }
        return known;
    }

    /** The filters of a route that have something to do. Any thread. */
    List<String> layers(Route route) {
        var uncounted = new Traffic(1).series(new SeriesName(route.name(), route.service(), ""));
        List<Mirror> mirrors =
                route.policy().changes().mirrors().stream()
                        .map(mirror -> new Mirror(exchange -> {}, mirror.share(), uncounted))
                        .toList();
        return RouteStack.of(route, own, mirrors).lines();
    }

    /**
     * Holds on to what new routes count and draw from, then lets go of what stands in no table any
     * more: after the new tables are in use. What routes have in common is held once for all.
     */
    void settle() {
        fresh.forEach(this::hold);
        for (Made one : unused) {
            if (one.uses == 0 && made.remove(one.route, one) && --one.way.members == 0) {
                letGo(one.way);
            }
        }
        fresh.clear();
        unused.clear();
        clusters.retireUnused();
    }

    private void hold(Way way) {
        Route route = way.first;
        forEachSeries(route, traffic::series);
        List<RetryBudget> budgets = own.retries().budgets(route);
        List<Guard.RateLimit> limits = limits(route);
        if (!budgets.isEmpty() || !limits.isEmpty()) {
            way.kept = List.of(budgets, limits.isEmpty() ? way : own.limits().keep(limits));
        }
    }

    private void letGo(Way way) {
        if (way == latest) {
            latest = null;
        }
        forEachSeries(way.first, traffic::release);
        forEachEndpoints(way.first, clusters::release);
    }

    private static List<Guard.RateLimit> limits(Route route) {
        var limits = new ArrayList<>(route.policy().guard().limits());
        route.backends().forEach(it -> limits.addAll(it.own().guard().limits()));
        return limits;
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
        Series series = traffic.untaken(mirrorName(route, mirror.to()));
        Choice choice = clusters.choice(mirror.to(), route.policy().timeouts(), series, null);
        Service counted = new Telemetry(copy -> null, own.tunnels()).over(choice);
        return new Mirror(
                new Lane(route.name(), series, null, null, choice, counted),
                mirror.share(),
                series);
    }

    private static SeriesName mirrorName(Route route, Backend backend) {
        return new SeriesName(route.name() + " mirror", route.service(), backend.name());
    }

    private Choice choice(Route route, WeightedBackend weighted) {
        Timeouts times = weighted.own().timeouts();
        Choice choice =
                choice(
                        route,
                        weighted.backend(),
                        times == null ? route.policy().timeouts() : times);
        if (weighted.changes().equals(Changes.none()) && weighted.own().equals(Own.nothing())) {
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

    private Choice choice(Route route, Backend backend, Timeouts timeouts) {
        Series series = counts(route, backend.name());
        RetryBudget budget = own.retries().own(route, backend);
        return switch (backend) {
            case Backend.Endpoints endpoints ->
                    clusters.choice(endpoints, timeouts, series, budget);
            case Backend.Local local ->
                    new Fixed(series, exchange -> local(local, exchange), budget);
            case Backend.Redirect redirect ->
                    new Fixed(series, new Redirecting(redirect, route.match().prefix()), budget);
            case Backend.Fail fail -> {
                // may be another backend's turn, where a route has several
                var failure = new Failure(fail.refusal(), false, fail.refusal().status() == 503);
                yield new Fixed(series, exchange -> exchange.fail(failure), budget);
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

    /** Counts for a route and one of its backends, as long as the route is held. */
    private Series counts(Route route, String backend) {
        return traffic.untaken(new SeriesName(route.name(), route.service(), backend));
    }

    private static void forEachSeries(Route route, Consumer<SeriesName> action) {
        action.accept(new SeriesName(route.name(), route.service(), ""));
        route.policy()
                .changes()
                .mirrors()
                .forEach(mirror -> action.accept(mirrorName(route, mirror.to())));
        for (WeightedBackend weighted : route.backends()) {
            action.accept(new SeriesName(route.name(), route.service(), weighted.backend().name()));
            weighted.changes()
                    .mirrors()
                    .forEach(mirror -> action.accept(mirrorName(route, mirror.to())));
        }
    }
}
