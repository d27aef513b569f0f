package dev.weft.app;

import dev.weft.api.access.Authenticator;
import dev.weft.api.access.Identity;
import dev.weft.api.client.ResourceClient;
import dev.weft.api.control.Surroundings;
import dev.weft.api.embedded.EmbeddedApi;
import dev.weft.api.embedded.Setup;
import dev.weft.api.request.ApiHandler;
import dev.weft.api.request.PodLogs;
import dev.weft.api.request.Serving;
import dev.weft.app.cli.Failure;
import dev.weft.app.config.Settings;
import dev.weft.app.config.Version;
import dev.weft.app.console.Console;
import dev.weft.app.console.Overview;
import dev.weft.app.console.Overviews;
import dev.weft.app.data.Credentials;
import dev.weft.app.log.AccessFile;
import dev.weft.dataplane.control.ControlServer;
import dev.weft.dataplane.event.Exposition;
import dev.weft.dataplane.event.Figures;
import dev.weft.dataplane.http.ServerLimits;
import dev.weft.dataplane.http2.HealthCall;
import dev.weft.dataplane.loop.Ledger;
import dev.weft.dataplane.outward.Lookup;
import dev.weft.dataplane.proxy.DataPlane;
import dev.weft.dataplane.proxy.DataPlaneSettings;
import dev.weft.dataplane.route.Share;
import dev.weft.dataplane.service.Handler;
import dev.weft.dataplane.tls.TlsIdentity;
import dev.weft.dialects.gatewayapi.GatewayApi;
import dev.weft.dialects.gatewayapi.Statuses;
import dev.weft.dialects.openfaas.Face;
import dev.weft.dialects.openfaas.FaceSettings;
import dev.weft.dialects.openfaas.FunctionRoutes;
import dev.weft.dialects.smi.TrafficSplits;
import dev.weft.foundation.chance.Chance;
import dev.weft.foundation.fault.Faults;
import dev.weft.foundation.task.Meanwhile;
import dev.weft.foundation.task.Pause;
import dev.weft.foundation.task.TaskScope;
import dev.weft.foundation.time.Clock;
import dev.weft.machine.image.ImageName;
import dev.weft.machine.image.ImageStore;
import dev.weft.machine.network.PodSockets;
import dev.weft.machine.pod.Agent;
import dev.weft.machine.pod.AgentSetup;
import dev.weft.machine.workload.ThisNode;
import dev.weft.machine.workload.Workloads;
import dev.weft.mesh.compile.Front;
import dev.weft.mesh.compile.RouteFeed;
import dev.weft.mesh.observe.FunctionCalls;
import dev.weft.mesh.observe.Observer;
import dev.weft.mesh.outbound.OutboundPolicies;
import dev.weft.mesh.outbound.OutboundStatuses;
import dev.weft.mesh.policy.PolicyStatuses;
import dev.weft.mesh.policy.TrafficPolicies;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The composition root: every part that has behaviour is made here, in the order in which the
 * platform starts, and given what it needs. Read {@link #start} top to bottom; stopping goes the
 * same way back. One thread.
 */
final class Wiring {
    private static final Duration TASKS_END = Duration.ofSeconds(5);
    private static final Duration FIRST_ROUTES = Duration.ofSeconds(30);
    private static final Duration START_OVER = Duration.ofSeconds(3);
    private static final String ADMIN = "admin";

    private final Settings settings;
    private final Meanwhile<Credentials> opening;
    private final Map<String, String> basics;
    private final Announcement announcement;
    private final Faults faults;
    private final Clock clock = Clock.system();
    private final Chance chance = new Chance(seed(clock));
    private final Platform platform;

    /**
     * @param opening the credentials, which are read while other parts start
     * @param basics variables of the user's own that the processes of pods are given
     */
    Wiring(
            Settings settings,
            Meanwhile<Credentials> opening,
            Map<String, String> basics,
            Announcement announcement,
            Faults faults) {
        this.settings = settings;
        this.opening = opening;
        this.basics = basics;
        this.announcement = announcement;
        this.faults = faults;
        this.platform = new Platform(faults);
    }

    /**
     * @throws IOException when the credentials cannot be read or made
     */
    Platform start() throws IOException {
        long seed = chance.next();
        // Who carries the traffic. It takes as long as opening the store and needs nothing of it;
        // until it has routes it answers that the platform starts.
        Meanwhile<DataPlane> traffic = Meanwhile.start("edge", () -> dataPlane(seed));
        Meanwhile<InetSocketAddress> wayOut =
                Meanwhile.start("outbound", () -> openOutward(traffic.value()));
        try {
            // What is wanted, and what was acknowledged: first up, last down.
            EmbeddedApi api = platform.add("store", store());
            var feeding = new TaskScope("mesh", faults, TASKS_END);
            Meanwhile<RouteFeed> feed = feed(api, feeding, traffic);
            ThisNode here = here(api);

            // What runs; it takes over what an earlier platform left, and begins below.
            Agent agent = agent(api, here);

            // The first face to answer; it is bound while the others are made.
            Credentials credentials = opening.value();
            var outputs = new PodOutputs(agent.output(), client(api, "node"));
            ApiHandler handler = api.handler(serving(credentials, outputs));
            Meanwhile<ControlServer> apiServer =
                    Meanwhile.start("API", () -> apiServer(credentials, handler));

            // Every face below it can be reached once it has routes.
            DataPlane dataPlane = carrying(traffic);
            // The way out, for processes that are told of it.
            outbound(wayOut);

            // What makes routes of Services, splits and endpoints; down before what it feeds.
            platform.add("mesh", feeding);
            RouteFeed routes = feed.value();

            // The faces.
            InetSocketAddress apiAt = announced("API", "https", apiServer.value());
            // Down before the listener, which otherwise would wait for watches that never end.
            platform.add("watches", handler);
            InetSocketAddress consoleAt = console(api, credentials, dataPlane, routes);
            openfaas(api, credentials, dataPlane, agent.images(), outputs, consoleAt);

            // Whoever is told that it is ready may call what was applied before.
            agent.start();
            tell(apiAt, dataPlane.edges().getFirst(), consoleAt);
            awaitRoutes(routes);

            // Who says of what was applied how it does: nobody waits for it.
            statuses(api, dataPlane, routes);

            // The controllers; last, so that what they do can be seen and reached.
            Workloads workloads = workloads(api, here);
            workloads.start();

            platform.allStarted();
            scope("later").start("later", () -> later(dataPlane, workloads));
            return platform;
        } catch (IOException | RuntimeException e) {
            platform.close();
            throw e;
        }
    }

    private EmbeddedApi store() {
        return EmbeddedApi.open(Setup.in(settings.data(), faults).advisedBy(Advice.all()));
    }

    private ThisNode here(EmbeddedApi api) {
        return ThisNode.seen(settings.data(), Version.current())
                .asKnownTo(api.client(Identity.internal("node")));
    }

    private Workloads workloads(EmbeddedApi api, ThisNode here) {
        var sockets = new PodSockets(settings.data().resolve("pods"));
        return new Workloads(surroundings(api, "workload"), here, Optional.of(sockets));
    }

    private void tell(InetSocketAddress api, InetSocketAddress edge, InetSocketAddress console)
            throws IOException {
        platform.listensAt(Addresses.text(api), Addresses.text(edge), Addresses.text(console));
        announcement.listens(platform);
    }

    private Agent agent(EmbeddedApi api, ThisNode here) {
        try {
            var setup =
                    AgentSetup.in(settings.data(), here.name())
                            .withBasics(basics)
                            .withHealth(new HealthCall(clock)::ask);
            return platform.add("pods", Agent.open(setup, surroundings(api, "node")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private DataPlane dataPlane(long seed) throws IOException {
        var plan =
                new DataPlaneSettings(
                                List.of(settings.edge()),
                                Runtime.getRuntime().availableProcessors(),
                                ServerLimits.usual().withDrain(settings.stopPatience()),
                                seed)
                        .withBuffers(buffers());
        try {
            DataPlane dataPlane = DataPlane.start(plan, clock, faults);
            dataPlane.sampling(Share.percent(settings.tracePercent()));
            dataPlane.accessLog(new AccessFile(settings.data().resolve("logs")));
            return dataPlane;
        } catch (IOException e) {
            throw new ListenException("edge", settings.edge(), e);
        }
    }

    /** A limit above what can be had at all would come too late. */
    private long buffers() {
        long asked = settings.bufferBytesMax();
        long most = Ledger.most();
        if (asked > most) {
            throw Failure.usage(
                    "the setting " + Settings.BUFFER_MEMORY + " is more than there is",
                    "seen: %d MiB (expected: at most %d MiB, what the JVM may have outside its heap)"
                            .formatted(asked >> 20, most >> 20),
                    "give less, or the JVM more: JAVA_TOOL_OPTIONS=-XX:MaxDirectMemorySize=2g");
        }
        return asked;
    }

    private InetSocketAddress openOutward(DataPlane dataPlane) throws IOException {
        return dataPlane.openOutward(settings.outbound().address(), Lookup.ofMachine());
    }

    private void outbound(Meanwhile<InetSocketAddress> opening) {
        try {
            InetSocketAddress at = opening.value();
            platform.reachesOutAt(Addresses.text(at));
            announcement.answers("outbound", "http://" + Addresses.text(at));
        } catch (IOException e) {
            if (settings.outbound().asked()) {
                throw new ListenException("outbound", settings.outbound().address(), e);
            }
            announcement.lacks(
                    "outbound proxy",
                    Addresses.text(settings.outbound().address())
                            + " is taken: choose another with --outbound ADDRESS:PORT");
        }
    }

    private DataPlane carrying(Meanwhile<DataPlane> starting) throws IOException {
        DataPlane dataPlane = starting.value();
        platform.add("edge", () -> dataPlane.drain(settings.stopPatience()));
        announcement.answers("edge", "http://" + Addresses.text(dataPlane.edges().getFirst()));
        return dataPlane;
    }

    /** Begins as soon as there is an edge to give routes to, whatever else is made by then. */
    private Meanwhile<RouteFeed> feed(
            EmbeddedApi api, TaskScope scope, Meanwhile<DataPlane> traffic) {
        Surroundings mesh = surroundings(api, "mesh", scope);
        return Meanwhile.start("feed", () -> routes(mesh, traffic.value()));
    }

    private RouteFeed routes(Surroundings mesh, DataPlane dataPlane) {
        InetSocketAddress edge = dataPlane.edges().getFirst();
        String ip = edge.getAddress().getHostAddress();
        return new RouteFeed(
                        mesh,
                        List.of(
                                new TrafficSplits(),
                                new FunctionRoutes(FaceSettings.NAMESPACE),
                                new TrafficPolicies(),
                                new OutboundPolicies()),
                        List.of(new GatewayApi()),
                        EdgeRoutes.all(),
                        new Front(ip, edge.getPort()),
                        dataPlane)
                .start();
    }

    private void statuses(EmbeddedApi api, DataPlane dataPlane, RouteFeed routes) {
        InetSocketAddress edge = dataPlane.edges().getFirst();
        String ip = edge.getAddress().getHostAddress();
        new Statuses(
                        surroundings(api, "gateway"),
                        new EdgeDoors(routes, dataPlane, ip),
                        OptionalInt.of(edge.getPort()))
                .start();
        new PolicyStatuses(surroundings(api, "gateway")).start();
        new OutboundStatuses(surroundings(api, "gateway")).start();
    }

    private void awaitRoutes(RouteFeed routes) {
        try {
            if (!routes.awaitFirst(FIRST_ROUTES)) {
                announcement.lacks("routes yet", "they take long; the edge says so until then");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Serving serving(Credentials credentials, PodLogs logs) {
        return new Serving(
                Authenticator.ofAdmin(credentials.adminPassword()),
                logs,
                platform::isReady,
                Version.current(),
                clock,
                faults);
    }

    private ControlServer apiServer(Credentials credentials, ApiHandler handler) {
        var identity =
                new TlsIdentity(
                        credentials.server().key(),
                        credentials.server().chain(),
                        List.of(credentials.authority().certificate()));
        return serve("API", settings.api(), Optional.of(identity), handler);
    }

    private InetSocketAddress console(
            EmbeddedApi api, Credentials credentials, DataPlane dataPlane, RouteFeed routes) {
        Observer observer = new Observer(dataPlane::figures).start(scope("observer"));
        var overview =
                new Overview(
                        observer,
                        split -> routes.remarks("TrafficSplit", split),
                        Version.current(),
                        "http://" + Addresses.text(dataPlane.edges().getFirst()));
        var console =
                new Console(
                        new Overviews(client(api, "console"), clock, overview),
                        () ->
                                metrics(dataPlane.figures())
                                        + dataPlane.connections().exposition()
                                        + dataPlane.handshakes().exposition()
                                        + dataPlane.buffers().exposition(),
                        dataPlane::stack,
                        login(credentials)::match);
        ControlServer server = serve("console", settings.console(), Optional.empty(), console);
        return announced("console", "http", server);
    }

    private static String metrics(Figures figures) {
        return Exposition.write(figures) + FunctionCalls.exposition(figures);
    }

    private void openfaas(
            EmbeddedApi api,
            Credentials credentials,
            DataPlane dataPlane,
            ImageStore images,
            PodOutputs outputs,
            InetSocketAddress console) {
        var presented =
                new FaceSettings(
                        FaceSettings.NAMESPACE,
                        Optional.of(login(credentials)),
                        "http://" + Addresses.text(console),
                        Version.current(),
                        "");
        var face =
                new Face(
                        surroundings(api, "openfaas"),
                        presented,
                        image -> images.find(ImageName.parse(image)).isPresent(),
                        () -> FunctionCalls.counts(dataPlane.figures()),
                        outputs);
        dataPlane.local(Face.NAME, face);
    }

    private dev.weft.dialects.openfaas.Credentials login(Credentials credentials) {
        return new dev.weft.dialects.openfaas.Credentials(ADMIN, credentials.adminPassword());
    }

    /** A listener of the platform's own, on an event loop that nothing applied can reach. */
    private ControlServer serve(
            String name, InetSocketAddress at, Optional<TlsIdentity> tls, Handler handler) {
        try {
            return ControlServer.start(name, at, tls, handler, ServerLimits.usual(), faults);
        } catch (IOException e) {
            throw new ListenException(name, at, e);
        }
    }

    private InetSocketAddress announced(String name, String scheme, ControlServer server) {
        platform.add(name, () -> server.drain(settings.stopPatience()));
        announcement.answers(name, scheme + "://" + Addresses.text(server.address()));
        return server.address();
    }

    /** Another one at each start. Nothing that is secret comes of it. */
    private static long seed(Clock clock) {
        return clock.now().toEpochMilli() * 1_000_003
                ^ clock.nanos()
                ^ ProcessHandle.current().pid() << 40;
    }

    /** What can wait until the start is over, and would be in its way. */
    private static void later(DataPlane dataPlane, Workloads workloads) {
        try {
            Pause.of(START_OVER);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        // The JDK looks through every jar for who gives loggers: not when an event loop has a line.
        System.Logger unusedLogger = System.getLogger("weft");
        workloads.collectGarbage();
        Precedence.keep(dataPlane);
    }

    /** What a part that follows the API stands on: its own identity, and threads that end. */
    private Surroundings surroundings(EmbeddedApi api, String part) {
        return surroundings(api, part, scope(part));
    }

    private Surroundings surroundings(EmbeddedApi api, String part, TaskScope scope) {
        return new Surroundings(client(api, part), clock, chance.fork(), faults, scope);
    }

    private static ResourceClient client(EmbeddedApi api, String part) {
        return api.client(Identity.internal(part));
    }

    private TaskScope scope(String name) {
        return platform.add(name, new TaskScope(name, faults, TASKS_END));
    }
}
