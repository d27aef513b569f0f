package dev.weft.mesh.compile;

import dev.weft.api.model.Key;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.Changes;
import dev.weft.dataplane.route.Match;
import dev.weft.dataplane.route.Reach;
import dev.weft.dataplane.route.Refusal;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.WeightedBackend;
import dev.weft.mesh.intent.ConnectionRule;
import dev.weft.mesh.intent.HttpRule;
import dev.weft.mesh.intent.Place;
import dev.weft.mesh.intent.Target;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rules of routes, and the route values that were made of them. A rule is made anew when it
 * comes, or when a Service that it names has changed. Belongs to one thread.
 */
final class Rulebook {
    private static final Comparator<HttpRule> IN_ORDER =
            (one, other) -> {
                int bySource = one.source().compareTo(other.source());
                return bySource != 0 ? bySource : Integer.compare(one.order(), other.order());
            };

    private final Backends backends;
    private final Wishes wishes;
    private final Set<ConnectionRule> connections = new HashSet<>();
    private final Map<HttpRule, Route> made = new IdentityHashMap<>();
    private final Map<Key, Set<HttpRule>> byService = new HashMap<>();
    private final Map<Key, List<HttpRule>> byCallee = new HashMap<>();
    private final Map<String, Set<HttpRule>> byHost = new HashMap<>();

    /** The host names whose rules, or what they lead to, have changed. */
    private Set<String> touched = new LinkedHashSet<>();

    private Around around = new Around(List.of(), Set.of(), Set.of());
    private Named named = new Named(new HttpRule.Sharing(List.of(), List.of()), Set.of());
    private @Nullable Template last;

    /**
     * What is known of places; a route's rules share them.
     *
     * @param hosts by which requests come there
     * @param callees whose callers they are for
     */
    private record Around(List<Place> places, Set<String> hosts, Set<Key> callees) {}

    /** The Services that a rule names, for all of its matches. */
    private record Named(HttpRule.Sharing sharing, Set<Key> services) {}

    /** What was made last: a rule with several matches comes several times in a row. */
    private record Template(HttpRule rule, Place.@Nullable Door door, Route route) {
        boolean isOf(HttpRule other, Place.@Nullable Door by) {
            return door == by
                    && rule.source() == other.source()
                    && rule.sharing() == other.sharing()
                    && rule.policy() == other.policy()
                    && rule.elsewhere().equals(other.elsewhere())
                    && rule.rule().equals(other.rule());
        }
    }

    Rulebook(Backends backends, Wishes wishes) {
        this.backends = backends;
        this.wishes = wishes;
    }

    boolean isEmpty() {
        return byHost.isEmpty() && byCallee.isEmpty() && connections.isEmpty();
    }

    void add(HttpRule rule) {
        services(rule).forEach(it -> byService.computeIfAbsent(it, key -> identitySet()).add(rule));
        callees(rule)
                .forEach(it -> byCallee.computeIfAbsent(it, key -> new ArrayList<>()).add(rule));
        hosts(rule).forEach(it -> byHost.computeIfAbsent(it, name -> identitySet()).add(rule));
        touch(rule);
    }

    void remove(HttpRule rule) {
        made.remove(rule);
        services(rule).forEach(it -> remove(byService, it, rule));
        callees(rule).forEach(it -> remove(byCallee, it, rule));
        hosts(rule).forEach(it -> remove(byHost, it, rule));
        touch(rule);
    }

    private void touch(HttpRule rule) {
        last = null;
        touched.addAll(hosts(rule));
    }

    /** The host names by which requests come to a rule. */
    private Set<String> hosts(HttpRule rule) {
        return around(rule.places()).hosts();
    }

    private Around around(List<Place> places) {
        if (around.places() == places) {
            return around;
        }
        var hosts = new HashSet<String>();
        var callees = new TreeSet<Key>();
        for (Place place : places) {
            switch (place) {
                case Place.Door door -> hosts.addAll(door.hostnames());
                case Place.Callee callee -> callees.add(callee.service());
            }
        }
        around = new Around(places, hosts, callees);
        return around;
    }

    void add(ConnectionRule rule) {
        connections.add(rule);
    }

    void remove(ConnectionRule rule) {
        connections.remove(rule);
    }

    private static <K, C extends Collection<HttpRule>> void remove(
            Map<K, C> index, K key, HttpRule rule) {
        C some = index.get(key);
        if (some == null) {
            return;
        }
        boolean gone = some instanceof Set ? some.remove(rule) : some.removeIf(it -> it == rule);
        if (gone && some.isEmpty()) {
            index.remove(key);
        }
    }

    private static Set<HttpRule> identitySet() {
        return java.util.Collections.newSetFromMap(new IdentityHashMap<>());
    }

    private Set<Key> services(HttpRule rule) {
        if (named.sharing() == rule.sharing()) {
            return named.services();
        }
        var keys = new TreeSet<Key>();
        for (HttpRule.Part part : rule.sharing().parts()) {
            if (part.target() instanceof Target.Port port) {
                keys.add(port.service());
            }
            part.copies().forEach(it -> keys.add(it.to().service()));
        }
        rule.sharing().copies().forEach(it -> keys.add(it.to().service()));
        named = new Named(rule.sharing(), keys);
        return keys;
    }

    /** The Services whose callers a rule is for. */
    Set<Key> callees(HttpRule rule) {
        return around(rule.places()).callees();
    }

    Set<Key> callees() {
        return byCallee.keySet();
    }

    /** The Services whose own routes follow from rules that name these. */
    Set<Key> calleesAbove(Set<Key> changed) {
        var keys = new HashSet<Key>();
        for (Key key : changed) {
            for (HttpRule rule : byService.getOrDefault(key, Set.of())) {
                keys.addAll(callees(rule));
            }
        }
        return keys;
    }

    /** What was made of rules that name these Services is to be made anew. */
    void forget(Set<Key> changed) {
        last = null;
        for (Key key : changed) {
            for (HttpRule rule : byService.getOrDefault(key, Set.of())) {
                made.remove(rule);
                touch(rule);
            }
        }
    }

    void forgetAll() {
        last = null;
        made.clear();
        touched.addAll(byHost.keySet());
    }

    /** The host names whose rules have changed since this was asked last. */
    Set<String> takeTouched() {
        last = null;
        Set<String> names = touched;
        touched = new LinkedHashSet<>();
        return names;
    }

    /** All host names that rules are for. */
    Set<String> hosts() {
        return byHost.keySet();
    }

    /** The rules for a host name, the oldest first. */
    List<HttpRule> at(String host) {
        return byHost.getOrDefault(host, Set.of()).stream().sorted(IN_ORDER).toList();
    }

    Collection<ConnectionRule> connections() {
        return connections.stream().sorted(Comparator.comparing(ConnectionRule::source)).toList();
    }

    /** What routes say of calls to a Service's port. */
    ServiceRoutes.Asked asked(Key service, int port) {
        List<HttpRule> some = byCallee.get(service);
        if (some == null) {
            return ServiceRoutes.Asked.NOTHING;
        }
        var everyone = new LinkedHashMap<Match, Route>();
        var byCallers = new TreeMap<String, Map<Match, Route>>();
        boolean whole = false;
        for (HttpRule rule : some.stream().sorted(IN_ORDER).toList()) {
            Place.Callee place = place(rule, service, port);
            if (place == null) {
                continue;
            }
            if (place.callers().isEmpty()) {
                whole = true;
                everyone.putIfAbsent(route(rule).match(), route(rule));
            } else {
                Map<Match, Route> theirs =
                        byCallers.computeIfAbsent(place.callers(), it -> new LinkedHashMap<>());
                of(place.callers(), route(rule).match())
                        .ifPresent(it -> theirs.putIfAbsent(it, route(rule).withMatch(it)));
            }
        }
        var callers = new ArrayList<Route>();
        byCallers.forEach(
                (namespace, routes) -> callers.addAll(closed(namespace, routes, service)));
        return new ServiceRoutes.Asked(callers, List.copyOf(everyone.values()), whole);
    }

    /** Whether some rule is for some callers alone. */
    boolean asksForCallers() {
        return wishes.asksForCallers() || ofNamespaces();
    }

    private boolean ofNamespaces() {
        return byCallee.values().stream()
                .flatMap(List::stream)
                .flatMap(it -> it.places().stream())
                .anyMatch(it -> it instanceof Place.Callee callee && !callee.callers().isEmpty());
    }

    /** The match for those of its callers that are of a namespace; nothing where none is. */
    private static Optional<Match> of(String namespace, Match match) {
        Set<String> all = match.from().sources();
        String everybody = namespace + "/*";
        Set<String> there =
                all.isEmpty() || all.contains(everybody)
                        ? Set.of(everybody)
                        : all.stream()
                                .filter(it -> it.startsWith(namespace + "/"))
                                .collect(Collectors.toUnmodifiableSet());
        return there.isEmpty()
                ? Optional.empty()
                : Optional.of(match.withFrom(new Match.From(Reach.ANYONE, Set.of(), there)));
    }

    /** A namespace that has routes of its own is served nothing beside them. */
    private static List<Route> closed(String callers, Map<Match, Route> routes, Key service) {
        var all = new ArrayList<>(routes.values());
        all.sort(Comparator.comparing(Route::match, Match.mostSpecificFirst()));
        Match rest = of(callers, Match.everything()).orElseThrow();
        if (!routes.containsKey(rest)) {
            String name = "Service " + service;
            var refusal =
                    new Refusal(
                            404,
                            "no-route",
                            name,
                            "No route of namespace %s for its calls takes this."
                                    .formatted(callers));
            all.add(
                    Route.toOne(name, service.toString(), new Backend.Fail(name, refusal))
                            .withMatch(rest));
        }
        return all;
    }

    /** How a rule is for a Service's port; null where it is not. */
    private static Place.@Nullable Callee place(HttpRule rule, Key service, int port) {
        for (Place place : rule.places()) {
            if (place instanceof Place.Callee callee
                    && callee.service().equals(service)
                    && (callee.port() == 0 || callee.port() == port)) {
                return callee;
            }
        }
        return null;
    }

    Route route(HttpRule rule) {
        return made.computeIfAbsent(rule, it -> make(it, null));
    }

    /** The rule as it is for what comes by a listener whose Gateway asks for something. */
    Route route(HttpRule rule, Place.Door door) {
        return make(rule, door);
    }

    private Route make(HttpRule rule, Place.@Nullable Door door) {
        Template alike = last;
        if (alike != null && alike.isOf(rule, door)) {
            return alike.route().withMatch(match(rule));
        }
        Route route = makeAnew(rule, door);
        last = new Template(rule, door, route);
        return route;
    }

    private Route makeAnew(HttpRule rule, Place.@Nullable Door door) {
        String name = rule.source().toString();
        List<HttpRule.Part> parts = rule.sharing().parts();
        Asking asking = Asking.ofRule(rule, door, backends.towards(parts), wishes);
        List<WeightedBackend> to =
                rule.elsewhere().isPresent()
                        ? List.of(new WeightedBackend(1, rule.elsewhere().get()))
                        : backends.of(parts, name, asking, Backends.Carried.REQUESTS);
        Changes changes =
                asking.whole().changes().withMirrors(backends.mirrors(rule.sharing().copies()));
        return new Route(
                rule.rule().isEmpty() ? name : name + "/" + rule.rule(),
                rule.source().key().toString(),
                match(rule),
                asking.whole().withChanges(changes),
                to);
    }

    private Match match(HttpRule rule) {
        Set<String> callers =
                wishes.callers(rule.source().kind(), rule.source().key(), rule.rule());
        Match match = rule.match();
        return callers.isEmpty()
                ? match
                : match.withFrom(new Match.From(match.reach(), match.from().ports(), callers));
    }

    Route route(ConnectionRule rule) {
        String name = rule.source().toString();
        Asking asking = Asking.ofConnections(rule.source(), backends.towards(rule.parts()), wishes);
        List<WeightedBackend> to =
                rule.parts().isEmpty()
                        ? List.of(new WeightedBackend(1, nobody(name)))
                        : backends.of(rule.parts(), name, asking, Backends.Carried.BYTES);
        return new Route(
                name, rule.source().key().toString(), Match.everything(), asking.whole(), to);
    }

    static Backend nobody(String name) {
        return new Backend.Fail(
                name, new Refusal(500, "no-backends", name, "No route says where to."));
    }
}
