package dev.weft.dialects.gatewayapi;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Query;
import dev.weft.api.client.Reason;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.control.Action;
import dev.weft.api.control.Controller;
import dev.weft.api.control.Informer;
import dev.weft.api.control.Observed;
import dev.weft.api.control.Plan;
import dev.weft.api.control.Surroundings;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import dev.weft.api.model.Types;
import dev.weft.dialects.gatewayapi.rule.BackendRefs;
import dev.weft.dialects.gatewayapi.rule.RouteSort;
import dev.weft.dialects.gatewayapi.rule.Rules;
import dev.weft.dialects.gatewayapi.rule.Words;
import dev.weft.mesh.intent.Source;
import dev.weft.mesh.intent.World;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Tells how each object of the Gateway API was taken, in its status; and sees to it that the
 * Gateway of the edge is there. Set up and started by one thread; ends with the scope.
 */
public final class Statuses {
    private static final Duration AGAIN = Duration.ofMillis(500);
    private static final Duration SYNC = Duration.ofSeconds(30);
    private static final String BY_SERVICE = "service";
    private static final String BY_GATEWAY = "gateway";

    private final Surroundings surroundings;
    private final DoorStates states;
    private final OptionalInt edgePort;
    private final Map<ResourceType, Informer> informers = new ConcurrentHashMap<>();
    private final World world = new Known();
    private final Controller classes;
    private final Controller gateways;
    private final Controller policies;
    private final Map<RouteSort, Controller> routes = new EnumMap<>(RouteSort.class);

    /** What was last said of each route that is there. */
    private final Map<Source.Kinded, JsonObject> told = new ConcurrentHashMap<>();

    /**
     * @param edgePort where the platform's own edge listens; none where there is no such edge and
     *     no Gateway for it
     */
    public Statuses(Surroundings surroundings, DoorStates states, OptionalInt edgePort) {
        this.surroundings = surroundings;
        this.states = states;
        this.edgePort = edgePort;
        this.classes = controller("gateway-class", Types.GATEWAY_CLASS, this::gatewayClass);
        this.gateways = controller("gateway", Types.GATEWAY, this::gateway);
        this.policies = controller("backend-tls-policy", Types.BACKEND_TLS_POLICY, this::policy);
        for (RouteSort sort : RouteSort.values()) {
            informer(sort.type())
                    .index(BY_SERVICE, Statuses::services)
                    .index(BY_GATEWAY, ParentRef::gateways);
            String name = sort.kind().toLowerCase(java.util.Locale.ROOT) + "-controller";
            routes.put(sort, new Controller(surroundings, name, key -> route(key, sort), 1));
        }
    }

    private Controller controller(
            String name, ResourceType type, dev.weft.api.control.Reconciler reconciler) {
        return new Controller(surroundings, name + "-controller", reconciler, 1)
                .reconciling(informer(type));
    }

    private Informer informer(ResourceType type) {
        return informers.computeIfAbsent(type, it -> new Informer(surroundings, it, Query.all()));
    }

    public Statuses start() {
        listen();
        for (ResourceType type :
                List.of(
                        Types.GATEWAY_CLASS,
                        Types.GATEWAY,
                        Types.REFERENCE_GRANT,
                        Types.NAMESPACE,
                        Types.SERVICE,
                        Types.SECRET,
                        Types.BACKEND_TLS_POLICY)) {
            all().forEach(it -> it.reading(informer(type)));
        }
        for (RouteSort sort : RouteSort.values()) {
            all().forEach(it -> it.reading(informer(sort.type())));
        }
        all().forEach(Controller::start);
        if (edgePort.isPresent()) {
            classes.look(new Key("", Words.CLASS));
            gateways.look(Words.EDGE);
        }
        return this;
    }

    private List<Controller> all() {
        var all = new java.util.ArrayList<Controller>(List.of(classes, gateways, policies));
        all.addAll(routes.values());
        return all;
    }

    /** Who is to be looked at again when somebody else changes; a mere status concerns nobody. */
    private void listen() {
        informer(Types.GATEWAY_CLASS).listen(it -> whenMeant(it, this::everything));
        informer(Types.REFERENCE_GRANT).listen(it -> whenMeant(it, this::everything));
        informer(Types.NAMESPACE).listen(it -> namespace(it.resource().name(), it));
        informer(Types.GATEWAY)
                .listen(
                        it ->
                                whenMeant(
                                        it,
                                        () -> {
                                            everyGateway();
                                            routesBy(BY_GATEWAY, it.resource().key());
                                            everyPolicy();
                                        }));
        informer(Types.SERVICE)
                .listen(
                        it ->
                                whenMeant(
                                        it,
                                        () -> {
                                            routesBy(BY_SERVICE, it.resource().key());
                                            everyPolicy();
                                        }));
        informer(Types.SECRET).listen(it -> everyGateway());
        informer(Types.CONFIG_MAP)
                .listen(
                        it -> {
                            everyGateway();
                            everyPolicy();
                        });
        informer(Types.BACKEND_TLS_POLICY)
                .listen(
                        it ->
                                whenMeant(
                                        it,
                                        () -> {
                                            everyPolicy();
                                            trusted(it).forEach(to -> routesBy(BY_SERVICE, to));
                                        }));
        for (RouteSort sort : RouteSort.values()) {
            informer(sort.type()).listen(it -> route(it, sort));
        }
    }

    /** A Gateway is told of a route that attaches otherwise, not of each change of its rules. */
    private void route(Observed observed, RouteSort sort) {
        Resource now = observed.resource();
        var about = new Source.Kinded(sort.kind(), now.key());
        switch (observed) {
            case Observed.Changed(Resource before, Resource it) -> {
                if (!isEcho(before, it, told.get(about))) {
                    look(sort, now.key());
                }
                if (!attachesAs(before, it, sort)) {
                    parents(observed).forEach(gateways::look);
                }
                return;
            }
            case Observed.Appeared it -> {}
            case Observed.Gone it -> told.remove(about);
        }
        look(sort, now.key());
        parents(observed).forEach(gateways::look);
    }

    private void look(RouteSort sort, Key key) {
        Optional.ofNullable(routes.get(sort)).ifPresent(it -> it.look(key));
    }

    /** Whether what changed is only that we have said how the route was taken. */
    private static boolean isEcho(Resource before, Resource now, @Nullable JsonObject told) {
        return Objects.equals(now.status(), told)
                && now.generation() == before.generation()
                && now.spec().equals(before.spec());
    }

    private static boolean attachesAs(Resource before, Resource now, RouteSort sort) {
        return now.labels().equals(before.labels())
                && Rules.isWhollyBroken(now, sort) == Rules.isWhollyBroken(before, sort)
                && now.spec().array("parentRefs").equals(before.spec().array("parentRefs"))
                && now.spec().array("hostnames").equals(before.spec().array("hostnames"));
    }

    private static Set<Key> trusted(Observed observed) {
        var keys = new LinkedHashSet<>(TlsPolicies.services(observed.resource()));
        if (observed instanceof Observed.Changed(Resource before, Resource now)) {
            keys.addAll(TlsPolicies.services(before));
        }
        return keys;
    }

    private static Set<Key> parents(Observed observed) {
        var keys = new LinkedHashSet<Key>();
        if (observed instanceof Observed.Changed(Resource before, Resource now)) {
            keys(before, keys);
        }
        keys(observed.resource(), keys);
        return keys;
    }

    private static void keys(Resource route, Set<Key> into) {
        ParentRef.of(route).stream()
                .filter(ParentRef::isGateway)
                .map(ParentRef::key)
                .forEach(into::add);
    }

    private static void whenMeant(Observed observed, Runnable then) {
        boolean same =
                observed instanceof Observed.Changed(Resource before, Resource now)
                        && now.spec().equals(before.spec())
                        && now.labels().equals(before.labels());
        if (!same) {
            then.run();
        }
    }

    private void namespace(String name, Observed observed) {
        whenMeant(
                observed,
                () -> {
                    routes.forEach(
                            (sort, controller) ->
                                    informer(sort.type())
                                            .in(name)
                                            .forEach(it -> controller.look(it.key())));
                    everyGateway();
                });
    }

    private void everything() {
        everyGateway();
        everyPolicy();
        routes.forEach(
                (sort, controller) ->
                        informer(sort.type()).all().forEach(it -> controller.look(it.key())));
    }

    private void everyGateway() {
        informer(Types.GATEWAY).all().forEach(it -> gateways.look(it.key()));
        if (edgePort.isPresent()) {
            gateways.look(Words.EDGE);
        }
    }

    private void everyPolicy() {
        informer(Types.BACKEND_TLS_POLICY).all().forEach(it -> policies.look(it.key()));
    }

    private void routesBy(String index, Key key) {
        routes.forEach(
                (sort, controller) ->
                        informer(sort.type())
                                .by(index, key.toString())
                                .forEach(it -> controller.look(it.key())));
    }

    /** The Services that a route names, and those that it attaches to. */
    private static List<String> services(Resource route) {
        List<String> named = BackendRefs.named(route);
        List<ParentRef> attached =
                ParentRef.of(route).stream().filter(ParentRef::isService).toList();
        if (attached.isEmpty()) {
            return named;
        }
        var names = new LinkedHashSet<String>();
        attached.forEach(it -> names.add(it.key().toString()));
        names.addAll(named);
        return List.copyOf(names);
    }

    private Plan gatewayClass(Key key) {
        Optional<Resource> found = informer(Types.GATEWAY_CLASS).find(key);
        if (found.isEmpty()) {
            return edgePort.isPresent() && key.name().equals(Words.CLASS)
                    ? Plan.of(new Action.Create(Types.GATEWAY_CLASS, EdgeGateway.gatewayClass()))
                    : Plan.nothing();
        }
        return Gateways.isOurClass(found.get())
                ? status(
                        Types.GATEWAY_CLASS,
                        found.get(),
                        ClassStatus.of(found.get(), surroundings.clock().now()))
                : Plan.nothing();
    }

    private Plan gateway(Key key) {
        Optional<Resource> found = informer(Types.GATEWAY).find(key);
        boolean edge = edgePort.isPresent() && key.equals(Words.EDGE);
        if (found.isEmpty()) {
            boolean possible =
                    informer(Types.NAMESPACE).find(new Key("", key.namespace())).isPresent();
            return edge && possible
                    ? Plan.of(
                            new Action.Create(
                                    Types.GATEWAY, EdgeGateway.gateway(edgePort.getAsInt())))
                    : Plan.nothing();
        }
        Resource gateway = found.get();
        if (edge && !gateway.isDeleting()) {
            Optional<Resource> moved = EdgeGateway.moved(gateway, edgePort.getAsInt());
            if (moved.isPresent()) {
                return Plan.of(new Action.Update(Types.GATEWAY, moved.get()));
            }
        }
        if (!Gateways.isOurs(gateway, world)) {
            return Plan.nothing();
        }
        var status =
                new GatewayStatus(
                                gateway,
                                Gateways.of(world),
                                world,
                                states,
                                surroundings.clock().now())
                        .make();
        Plan plan = status(Types.GATEWAY, gateway, status);
        boolean open =
                Door.of(gateway).stream().allMatch(it -> states.failure(key, it.name()).isEmpty());
        return open ? plan : plan.againAfter(AGAIN);
    }

    private Plan policy(Key key) {
        return informer(Types.BACKEND_TLS_POLICY)
                .find(key)
                .map(
                        it ->
                                status(
                                        Types.BACKEND_TLS_POLICY,
                                        it,
                                        TlsPolicies.status(
                                                it,
                                                Gateways.of(world),
                                                world,
                                                surroundings.clock().now())))
                .orElseGet(Plan::nothing);
    }

    private Plan route(Key key, RouteSort sort) {
        Optional<Resource> found = informer(sort.type()).find(key);
        if (found.isEmpty()) {
            return Plan.nothing();
        }
        JsonObject status =
                RouteStatus.of(
                        found.get(), sort, Gateways.of(world), world, surroundings.clock().now());
        told.put(new Source.Kinded(sort.kind(), key), status);
        return status(sort.type(), found.get(), status);
    }

    private static Plan status(ResourceType type, Resource resource, JsonObject status) {
        return resource.status().equals(status)
                ? Plan.nothing()
                : Plan.of(new Action.UpdateStatus(type, resource.withStatus(status)));
    }

    /**
     * What the informers know. ConfigMaps are followed once somebody asks for one: there may be
     * very many, of which few hold an authority.
     */
    private final class Known implements World {
        @Override
        public Optional<Resource> find(ResourceType type, Key key) {
            Informer informer = informers.get(type);
            if (informer == null) {
                return Optional.empty();
            }
            if (type.equals(Types.CONFIG_MAP)) {
                await(informer.start());
            }
            return informer.find(key);
        }

        private void await(Informer informer) {
            try {
                if (!informer.awaitSync(SYNC)) {
                    throw new ApiException(
                            Reason.TIMEOUT, "the list of " + informer.type().plural());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ApiException(Reason.CLOSED, "ending");
            }
        }

        @Override
        public List<Resource> all(ResourceType type) {
            Informer informer = informers.get(type);
            return informer == null ? List.of() : informer.all();
        }
    }
}
