package dev.weft.app;

import dev.weft.api.access.Authenticator;
import dev.weft.api.access.Identity;
import dev.weft.api.control.Surroundings;
import dev.weft.api.embedded.EmbeddedApi;
import dev.weft.api.embedded.Setup;
import dev.weft.api.request.ApiHandler;
import dev.weft.api.request.PodLogs;
import dev.weft.api.request.Serving;
import dev.weft.app.config.Settings;
import dev.weft.app.config.Version;
import dev.weft.app.data.Credentials;
import dev.weft.dataplane.event.Exposition;
import dev.weft.dataplane.http.ControlServer;
import dev.weft.dataplane.http.Headers;
import dev.weft.dataplane.http.ServerLimits;
import dev.weft.dataplane.proxy.DataPlane;
import dev.weft.dataplane.proxy.DataPlaneSettings;
import dev.weft.dataplane.service.Call;
import dev.weft.dataplane.service.Handler;
import dev.weft.dataplane.tls.TlsIdentity;
import dev.weft.dialects.smi.TrafficSplits;
import dev.weft.foundation.chance.Chance;
import dev.weft.foundation.fault.Faults;
import dev.weft.foundation.task.TaskScope;
import dev.weft.foundation.time.Clock;
import dev.weft.machine.workload.ThisNode;
import dev.weft.machine.workload.Workloads;
import dev.weft.mesh.compile.RouteFeed;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The composition root: every part that has behaviour is made here, in the order in which the
 * platform starts, and given what it needs. Read {@link #start} top to bottom; stopping goes the
 * same way back. One thread.
 */
final class Wiring {
    private static final Duration TASKS_END = Duration.ofSeconds(5);

    private final Settings settings;
    private final Credentials credentials;
    private final Announcement announcement;
    private final Faults faults;
    private final Clock clock = Clock.system();
    private final Chance chance = new Chance(UUID.randomUUID().getLeastSignificantBits());
    private final Platform platform;

    Wiring(Settings settings, Credentials credentials, Announcement announcement, Faults faults) {
        this.settings = settings;
        this.credentials = credentials;
        this.announcement = announcement;
        this.faults = faults;
        this.platform = new Platform(faults);
    }

    Platform start() {
        try {
            // What is wanted, and what was acknowledged: first up, last down.
            EmbeddedApi api =
                    platform.add("store", EmbeddedApi.open(Setup.in(settings.data(), faults)));
            ThisNode here =
                    ThisNode.seen(settings.data(), Version.current())
                            .asKnownTo(api.client(Identity.internal("node")));

            // Who carries the traffic, and the face of the API.
            DataPlane dataPlane = dataPlane();
            InetSocketAddress apiAt = apiServer(api);

            // What makes routes of Services, splits and endpoints.
            Surroundings mesh = surroundings(api, "mesh");
            new RouteFeed(mesh, List.of(new TrafficSplits()), List.of(), dataPlane).start();

            // The controllers; up late, so that what they do can be seen, and down early.
            new Workloads(surroundings(api, "workload"), here).start();

            InetSocketAddress consoleAt =
                    serve(
                            "console",
                            settings.console(),
                            Optional.empty(),
                            call -> console(call, dataPlane));
            platform.listensAt(
                    Addresses.text(apiAt),
                    Addresses.text(dataPlane.edges().getFirst()),
                    Addresses.text(consoleAt));
            return platform;
        } catch (RuntimeException e) {
            platform.close();
            throw e;
        }
    }

    private DataPlane dataPlane() {
        var plan =
                new DataPlaneSettings(
                        List.of(settings.edge()),
                        Runtime.getRuntime().availableProcessors(),
                        ServerLimits.usual(),
                        chance.next());
        try {
            DataPlane dataPlane = DataPlane.start(plan, clock, faults);
            platform.add("edge", () -> dataPlane.drain(settings.stopPatience()));
            announcement.answers("edge", "http://" + Addresses.text(dataPlane.edges().getFirst()));
            return dataPlane;
        } catch (IOException e) {
            throw new ListenException("edge", settings.edge(), e);
        }
    }

    private static void console(Call call, DataPlane dataPlane) throws IOException {
        if (call.path().equals("/metrics")) {
            call.answer(
                    200,
                    Headers.of("content-type", Exposition.CONTENT_TYPE),
                    Exposition.write(dataPlane.figures()).getBytes(StandardCharsets.UTF_8));
        } else {
            boolean health = call.path().equals("/healthz");
            call.answer(
                    health ? 200 : 404,
                    Headers.of("content-type", "text/plain"),
                    (health ? "ok\n" : "not found\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    private InetSocketAddress apiServer(EmbeddedApi api) {
        PodLogs noLogs = (pod, wish, out) -> {};
        var serving =
                new Serving(
                        Authenticator.ofAdmin(credentials.adminPassword()),
                        noLogs,
                        platform::isReady,
                        Version.current(),
                        clock,
                        faults);
        var identity =
                new TlsIdentity(
                        credentials.server().key(),
                        credentials.server().chain(),
                        List.of(credentials.authority().certificate()));
        ApiHandler handler = api.handler(serving);
        InetSocketAddress at = serve("API", settings.api(), Optional.of(identity), handler);
        // Down before the listener, which otherwise would wait for watches that never end.
        platform.add("watches", handler);
        return at;
    }

    /** A listener of the platform's own, on an event loop that nothing applied can reach. */
    private InetSocketAddress serve(
            String name, InetSocketAddress at, Optional<TlsIdentity> tls, Handler handler) {
        try {
            ControlServer server =
                    ControlServer.start(name, at, tls, handler, ServerLimits.usual(), faults);
            platform.add(name, () -> server.drain(settings.stopPatience()));
            String scheme = tls.isPresent() ? "https://" : "http://";
            announcement.answers(name, scheme + Addresses.text(server.address()));
            return server.address();
        } catch (IOException e) {
            throw new ListenException(name, at, e);
        }
    }

    /** What a part that follows the API stands on: its own identity, and threads that end. */
    private Surroundings surroundings(EmbeddedApi api, String part) {
        TaskScope scope = platform.add(part, new TaskScope(part, faults, TASKS_END));
        return new Surroundings(
                api.client(Identity.internal(part)), clock, chance.fork(), faults, scope);
    }
}
