package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.http.RawClient;
import dev.weft.dataplane.http.ServerLimits;
import dev.weft.dataplane.loop.Ledger;
import dev.weft.dataplane.loop.Transport;
import dev.weft.dataplane.outward.Lookup;
import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.Listener;
import dev.weft.dataplane.route.Policy;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.Snapshot;
import dev.weft.dataplane.route.VirtualHost;
import dev.weft.dataplane.route.WeightedBackend;
import dev.weft.dataplane.route.entrance.Outward;
import dev.weft.dataplane.tls.TlsEngine;
import dev.weft.foundation.time.Clock;
import dev.weft.testkit.CollectedFaults;
import dev.weft.testkit.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A data plane with one edge, and what a test starts around it; asserts that nothing is left. */
final class ProxyFixture implements AutoCloseable {
    static {
        // the JDK keeps a socket of its own from the first one that is closed
        try {
            nobody();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    final CollectedFaults faults = new CollectedFaults();
    final DataPlane plane;
    private final long buffers;
    private final long sockets;
    private final List<AutoCloseable> started = new ArrayList<>();

    ProxyFixture() throws IOException {
        this(1, ServerLimits.usual());
    }

    ProxyFixture(int loops, ServerLimits limits) throws IOException {
        this(settings(loops, limits));
    }

    /** By this TLS; its fallback goes together with that of the transport. */
    ProxyFixture(int loops, TlsEngine engine) throws IOException {
        this(loops, engine == TlsEngine.JDK ? Transport.NIO : Transport.best(), engine);
    }

    ProxyFixture(int loops, Transport transport, TlsEngine engine) throws IOException {
        this(settings(loops, ServerLimits.usual()).with(transport, engine));
    }

    /** With a bound on what bytes under way may hold. */
    static ProxyFixture withBuffers(long bytesMax) throws IOException {
        return new ProxyFixture(settings(1, ServerLimits.usual()).withBuffers(bytesMax));
    }

    /** By a clock of the test's own. */
    static ProxyFixture at(Clock clock) throws IOException {
        return at(clock, 1);
    }

    static ProxyFixture at(Clock clock, int loops) throws IOException {
        return new ProxyFixture(settings(loops, ServerLimits.usual()), clock);
    }

    private ProxyFixture(DataPlaneSettings settings) throws IOException {
        this(settings, Clock.system());
    }

    private ProxyFixture(DataPlaneSettings settings, Clock clock) throws IOException {
        buffers = Ledger.BUFFERS.pinnedDirectMemory();
        sockets = sockets();
        plane = DataPlane.start(settings, clock, faults);
    }

    private static DataPlaneSettings settings(int loops, ServerLimits limits) {
        return new DataPlaneSettings(
                List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                loops,
                limits,
                42);
    }

    /** An address of its own on which a listener can be opened. */
    static Address free() throws IOException {
        try (var socket = new java.net.ServerSocket(0, 1, InetAddress.getByName("127.96.0.9"))) {
            return new Address("127.96.0.9", socket.getLocalPort());
        }
    }

    /** Opens listeners beside what the edge does. */
    void listen(Listener... listeners) {
        assertThat(plane.apply(new Snapshot(List.of(), List.of(listeners))))
                .allMatch(ListenerState::listens);
    }

    <T extends AutoCloseable> T closing(T thing) {
        started.add(thing);
        return thing;
    }

    /** Opens the outbound proxy, which finds names as it is told. */
    InetSocketAddress outward(Lookup lookup) throws IOException {
        return plane.openOutward(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), lookup);
    }

    /** Routes a host to a backend, and lists hosts outside. */
    void routeAndList(String host, Backend backend, Outward outward) {
        var route = Route.toOne("route " + host, "default/root", backend);
        plane.apply(
                new Snapshot(
                        List.of(new VirtualHost(Set.of(host), List.of(route))),
                        List.of(),
                        java.util.Map.of(),
                        outward));
    }

    RawClient client() throws IOException {
        var client = RawClient.to(plane.edges().getFirst());
        started.add(client);
        return client;
    }

    Origin origin(Origin.Script script) throws IOException {
        var origin = Origin.start(script);
        started.add(origin);
        return origin;
    }

    Origin named(String name) throws IOException {
        var origin = Origin.named(name);
        started.add(origin);
        return origin;
    }

    /** An address where nobody listens. */
    static Address nobody() throws IOException {
        try (var socket = new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new Address("127.0.0.1", socket.getLocalPort());
        }
    }

    static Backend.Endpoints endpoints(String name, Address... ready) {
        return new Backend.Endpoints(name, name + ":http", List.of(ready));
    }

    /** Sends every request to one backend. */
    void routeTo(Backend backend) {
        routeTo(backend, Policy.usual());
    }

    void routeTo(Backend backend, Policy policy) {
        apply(Route.toOne("route", "default/root", backend).withPolicy(policy));
    }

    void routeTo(Origin... origins) {
        Address[] addresses = new Address[origins.length];
        for (int i = 0; i < origins.length; i++) {
            addresses[i] = origins[i].address();
        }
        routeTo(endpoints("default/blue", addresses));
    }

    void split(WeightedBackend... backends) {
        apply(
                new Route(
                        "split",
                        "default/root",
                        dev.weft.dataplane.route.Match.everything(),
                        Policy.usual(),
                        List.of(backends)));
    }

    void apply(Route... routes) {
        plane.apply(
                new Snapshot(
                        List.of(new VirtualHost(Set.of(VirtualHost.ANY), List.of(routes))),
                        List.of()));
    }

    @Override
    public void close() throws Exception {
        plane.apply(Snapshot.empty());
        for (AutoCloseable one : started) {
            one.close();
        }
        Eventually.eventually(
                "every connection is closed",
                () ->
                        plane.figures().connections() == 0
                                && plane.figures().upstreamConnections() == 0);
        plane.figures()
                .series()
                .forEach(
                        series ->
                                assertThat(series.inFlight())
                                        .as("in flight: %s", series.name())
                                        .isZero());
        Eventually.eventually("no timer is to expire", () -> plane.armedTimers() == 0);
        plane.drain(Duration.ZERO);
        Eventually.eventually(
                "every buffer is given back", () -> Ledger.BUFFERS.pinnedDirectMemory() <= buffers);
        Eventually.eventually(
                () -> assertThat(sockets()).as("sockets").isLessThanOrEqualTo(sockets));
        faults.expectNone();
    }

    /** How many sockets this process has open. */
    private static long sockets() throws IOException {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(ProxyFixture::isSocket).count();
        }
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException e) {
            // it was closed meanwhile
            return false;
        }
    }
}
