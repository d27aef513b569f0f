package dev.weft.mesh.compile;

import dev.weft.api.model.Key;
import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.Listener;
import dev.weft.dataplane.route.Match;
import dev.weft.dataplane.route.Refusal;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.VirtualHost;
import dev.weft.dataplane.route.WeightedBackend;
import dev.weft.dataplane.route.entrance.Entrance;
import dev.weft.mesh.compile.Backends.Carried;
import dev.weft.mesh.intent.PathRoute;
import dev.weft.mesh.intent.Remark;
import dev.weft.mesh.intent.Speech;
import dev.weft.mesh.intent.Split;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Everything that the data plane does for one Service: its hosts on the edge, the listeners of its
 * cluster address, the paths that lead to it. A pure function of what a {@link World} holds.
 *
 * @param hosts one for callers who name no port or an unknown one, and one for each port but the
 *     usual
 * @param paths routes of the edge that go by path and not by host
 * @param remarks about the split that is in force, if there is one
 */
record ServiceRoutes(
        List<VirtualHost> hosts, List<Listener> listeners, List<Path> paths, List<Remark> remarks) {

    /** Routes of the edge, and who asked for them. */
    record Path(PathRoute intent, List<Route> routes) {}

    /** What is looked up while a Service's routes are made. */
    interface World {
        Optional<ServiceFacts> service(Key key);

        /** The ready endpoints of a port, in an order that stays. */
        List<Address> ready(Key service, ServiceFacts.Port port);

        Splits splits();

        List<PathRoute> paths(Key service);

        /** The ready endpoints of a port, and how they are spoken to. */
        Backend endpoints(Key service, ServiceFacts.Port port, Carried carried);

        /** What is asked for calls to a Service. */
        Asking asking(Key service);

        /** What routes say of calls to a Service's port. */
        Asked asked(Key service, int port);
    }

    /**
     * Routes that were written for calls to a Service's port.
     *
     * @param callers those for callers of single namespaces, which come first, in order
     * @param everyone those for all others
     * @param whole whether there are some for everyone, so that nothing else is served to them
     */
    record Asked(List<Route> callers, List<Route> everyone, boolean whole) {
        static final Asked NOTHING = new Asked(List.of(), List.of(), false);
    }

    /** The routes of a port, and in which order they are asked. */
    private record Calls(List<Route> routes, VirtualHost.Ordering ordering) {
        static Calls to(List<Route> routes) {
            return new Calls(routes, VirtualHost.Ordering.MOST_SPECIFIC);
        }

        VirtualHost host(Set<String> names) {
            return new VirtualHost(names, routes, ordering, false);
        }
    }

    private static final Match CONNECT =
            new Match(
                    new Match.Path.Prefix("/"),
                    "CONNECT",
                    List.of(),
                    List.of(),
                    Match.From.anywhere());

    static ServiceRoutes of(ServiceFacts service, World world) {
        var maker = new Maker(service, world);
        return maker.make();
    }

    /** The steps share the Service, the world and the remarks. */
    private static final class Maker {
        private final ServiceFacts service;
        private final World world;
        private final Optional<Split> split;
        private final String name;
        private final Set<Remark> remarks = new LinkedHashSet<>();

        Maker(ServiceFacts service, World world) {
            this.service = service;
            this.world = world;
            this.split = world.splits().at(service.key());
            this.name = service.key().toString();
        }

        ServiceRoutes make() {
            var hosts = new ArrayList<VirtualHost>();
            var listeners = new ArrayList<Listener>();
            hosts.add(usual().host(names("")));
            for (ServiceFacts.Port port : service.ports()) {
                if (!service.usualPort().equals(Optional.of(port))) {
                    hosts.add(edges(port).host(names(":" + port.number())));
                }
                for (String address : service.addresses()) {
                    listeners.add(listener(port, new Address(address, port.number())));
                }
            }
            List<Path> paths = world.paths(service.key()).stream().map(this::path).toList();
            return new ServiceRoutes(hosts, listeners, paths, List.copyOf(remarks));
        }

        private Set<String> names(String port) {
            String dotted = service.key().name() + "." + service.key().namespace();
            return Set.of(
                    dotted + port, dotted + ".svc" + port, dotted + ".svc.cluster.local" + port);
        }

        private Calls usual() {
            if (service.external()) {
                return Calls.to(
                        List.of(
                                refuse(
                                        new Refusal(
                                                501,
                                                "external-name",
                                                "Service " + name,
                                                "A Service of type ExternalName is not served."))));
            }
            return service.usualPort()
                    .map(this::edges)
                    .orElseGet(
                            () ->
                                    Calls.to(
                                            List.of(
                                                    refuse(
                                                            new Refusal(
                                                                    404,
                                                                    "no-ports",
                                                                    "Service " + name,
                                                                    "The Service has no TCP"
                                                                            + " port.")))));
        }

        private Calls edges(ServiceFacts.Port port) {
            return port.mayBeHttp() ? calls(port) : Calls.to(List.of(tunnel(port), edge(port)));
        }

        /** What is served at a port: what routes say of it, and everything else as it is. */
        private Calls calls(ServiceFacts.Port port) {
            Asked asked = world.asked(service.key(), port.number());
            List<Route> everyone = everyone(port, asked);
            if (asked.callers().isEmpty()) {
                return Calls.to(everyone);
            }
            var all = new ArrayList<>(asked.callers());
            everyone.stream()
                    .sorted(Comparator.comparing(Route::match, Match.mostSpecificFirst()))
                    .forEach(all::add);
            return new Calls(all, VirtualHost.Ordering.LIST);
        }

        private List<Route> everyone(ServiceFacts.Port port, Asked asked) {
            if (asked.whole()) {
                split.ifPresent(
                        it ->
                                remarks.add(
                                        new Remark(
                                                "RouteStands",
                                                "A route for Service %s says where its calls go; the split counts where that route names the Service"
                                                        .formatted(name))));
                return asked.everyone();
            }
            return List.of(route(port));
        }

        /** How a port answers on the edge, where only HTTP is understood. */
        private Route edge(ServiceFacts.Port port) {
            return switch (port.speech()) {
                case HTTP, UNDECLARED -> route(port);
                case TLS, OPAQUE, OTHER ->
                        refuse(
                                new Refusal(
                                        421,
                                        "not-http",
                                        "Service " + name,
                                        "Port "
                                                + port.label()
                                                + " is not declared as HTTP: it is served on the"
                                                + " Service's own address only."));
            };
        }

        private List<VirtualHost> hosts(ServiceFacts.Port port) {
            return List.of(calls(port).host(Set.of(VirtualHost.ANY)));
        }

        /** By the outbound proxy, connections to a port that is not HTTP. */
        private Route tunnel(ServiceFacts.Port port) {
            return route(port).withMatch(CONNECT);
        }

        private Listener listener(ServiceFacts.Port port, Address address) {
            String label = name + ":" + port.label();
            return switch (port.speech()) {
                case HTTP -> new Listener.Http(label, address, Entrance.usual(), hosts(port));
                case UNDECLARED -> Listener.Detect.usual(label, address, hosts(port), route(port));
                case TLS -> new Listener.Tcp(label, address, Backends.inClear(route(port)));
                case OPAQUE, OTHER -> new Listener.Tcp(label, address, route(port));
            };
        }

        private Route route(ServiceFacts.Port port) {
            String decides =
                    split.map(it -> it.source().toString()).orElseGet(() -> "Service " + name);
            Asking asking = world.asking(service.key());
            return new Route(
                    decides, name, Match.everything(), asking.whole(), backends(port, asking));
        }

        private Route refuse(Refusal refusal) {
            return Route.toOne("Service " + name, name, new Backend.Fail(name, refusal));
        }

        private Path path(PathRoute intent) {
            Optional<ServiceFacts.Port> port =
                    intent.port().isPresent()
                            ? service.port(intent.port().getAsInt())
                            : service.usualPort();
            List<Route> routes =
                    port.map(this::called)
                            .orElseGet(
                                    () ->
                                            List.of(
                                                    refuse(
                                                            new Refusal(
                                                                    404,
                                                                    "no-ports",
                                                                    "Service " + name,
                                                                    "The Service has no such"
                                                                            + " port."))));
            return new Path(intent, PathRoutes.under(intent, routes));
        }

        private List<Route> called(ServiceFacts.Port port) {
            return port.speech() == Speech.HTTP
                    ? everyone(port, world.asked(service.key(), port.number()))
                    : List.of(edge(port));
        }

        /**
         * Shares whose Service has no ready endpoint give theirs to the others, so that one dead
         * version costs nobody an answer; where none has one, each answers for itself.
         */
        private List<WeightedBackend> backends(ServiceFacts.Port port, Asking asking) {
            if (split.isEmpty()) {
                return List.of(
                        new WeightedBackend(
                                1, world.endpoints(service.key(), port, Carried.BYTES)));
            }
            var all = new ArrayList<WeightedBackend>();
            boolean weighted = false;
            for (Splits.Leaf leaf : world.splits().leaves(service.key())) {
                weighted |= leaf.weight() > 0;
                Optional<Backend> backend = backend(leaf.service(), port);
                if (leaf.weight() > 0 && backend.isPresent()) {
                    var towards = new Asking.Towards(service.key(), leaf.service());
                    all.add(
                            new WeightedBackend(leaf.weight(), backend.get())
                                    .withOwn(asking.of(towards)));
                }
            }
            if (all.isEmpty()) {
                return List.of(new WeightedBackend(1, nobody(port, weighted)));
            }
            List<WeightedBackend> able = all.stream().filter(it -> !isEmpty(it.backend())).toList();
            boolean anyReady =
                    able.stream().anyMatch(it -> it.backend() instanceof Backend.Endpoints);
            return anyReady ? able : all;
        }

        /** What a share's Service answers with; nothing where it lacks the root's port. */
        private Optional<Backend> backend(Key leaf, ServiceFacts.Port port) {
            Optional<ServiceFacts> facts = world.service(leaf);
            if (facts.isEmpty()) {
                remarks.add(
                        new Remark(
                                "BackendMissing",
                                "There is no Service %s: its share is answered 503"
                                        .formatted(leaf)));
                return Optional.of(
                        new Backend.Fail(
                                leaf.toString(),
                                new Refusal(
                                        503,
                                        "no-such-backend",
                                        decider(),
                                        "There is no Service " + leaf + ".")));
            }
            Optional<ServiceFacts.Port> theirs = facts.get().port(port.number());
            if (theirs.isEmpty()) {
                remarks.add(
                        new Remark(
                                "BackendLacksPort",
                                "Service %s has no port %d: it gets no calls to that port"
                                        .formatted(leaf, port.number())));
                return Optional.empty();
            }
            Carried carried = port.speech() == Speech.HTTP ? Carried.REQUESTS : Carried.BYTES;
            return Optional.of(world.endpoints(leaf, theirs.get(), carried));
        }

        private Backend nobody(ServiceFacts.Port port, boolean weighted) {
            if (!weighted) {
                remarks.add(
                        new Remark(
                                "NoWeight",
                                "Every weight is 0: calls to %s are answered 503".formatted(name)));
                return new Backend.Fail(
                        name, new Refusal(503, "no-weight", decider(), "Every weight is 0."));
            }
            return new Backend.Fail(
                    name,
                    new Refusal(
                            503,
                            "no-backend-port",
                            decider(),
                            "No backend with a weight has port " + port.number() + "."));
        }

        private String decider() {
            return split.map(it -> it.source().toString()).orElse("Service " + name);
        }

        private static boolean isEmpty(Backend backend) {
            return backend instanceof Backend.Endpoints it && it.ready().isEmpty();
        }
    }
}
