package dev.weft.app.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.api.access.Identity;
import dev.weft.api.client.ResourceClient;
import dev.weft.api.codec.JsonText;
import dev.weft.api.control.Surroundings;
import dev.weft.api.embedded.EmbeddedApi;
import dev.weft.api.embedded.Setup;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import dev.weft.dataplane.control.ControlServer;
import dev.weft.dataplane.event.Exposition;
import dev.weft.dataplane.http.Headers;
import dev.weft.dataplane.http.ServerLimits;
import dev.weft.dataplane.proxy.DataPlane;
import dev.weft.dataplane.proxy.DataPlaneSettings;
import dev.weft.dataplane.service.Handler;
import dev.weft.dialects.smi.TrafficSplits;
import dev.weft.foundation.chance.Chance;
import dev.weft.foundation.task.TaskScope;
import dev.weft.foundation.time.Clock;
import dev.weft.mesh.compile.RouteFeed;
import dev.weft.mesh.observe.Observer;
import dev.weft.testkit.CollectedFaults;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The console above a real API and a real data plane, with endpoints that this process serves. */
final class ConsoleAtWork implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final CollectedFaults faults = new CollectedFaults();
    private final TaskScope scope = new TaskScope("console-test", faults, PATIENCE);
    private final List<ControlServer> servers = new ArrayList<>();
    private final EmbeddedApi api;
    private final DataPlane dataPlane;
    private final ControlServer console;

    ConsoleAtWork(Path folder) throws IOException {
        api = EmbeddedApi.open(Setup.in(folder, faults));
        dataPlane =
                DataPlane.start(
                        new DataPlaneSettings(
                                List.of(free("127.0.0.1")), 2, ServerLimits.usual(), 1),
                        Clock.system(),
                        faults);
        var surroundings =
                new Surroundings(
                        api.client(Identity.internal("mesh")),
                        Clock.system(),
                        new Chance(5),
                        faults,
                        scope);
        var feed =
                new RouteFeed(surroundings, List.of(new TrafficSplits()), List.of(), dataPlane)
                        .start();
        var observer = new Observer(dataPlane::figures).start(scope);
        var overview =
                new Overview(
                        observer,
                        split -> feed.remarks("TrafficSplit", split),
                        "0.1.0",
                        "http://127.0.0.1:8080");
        console =
                serve(
                        "127.0.0.1",
                        new Console(
                                new Overviews(
                                        api.client(Identity.internal("console")),
                                        Clock.system(),
                                        overview),
                                () -> Exposition.write(dataPlane.figures()),
                                dataPlane::stack,
                                authorization -> false));
    }

    private static InetSocketAddress free(String ip) {
        return new InetSocketAddress(InetAddress.ofLiteral(ip), 0);
    }

    private ControlServer serve(String ip, Handler handler) throws IOException {
        ControlServer server =
                ControlServer.start(
                        "test", free(ip), Optional.empty(), handler, ServerLimits.usual(), faults);
        servers.add(server);
        return server;
    }

    ResourceClient client() {
        return api.client(Identity.admin());
    }

    String url() {
        return "http://127.0.0.1:" + console.address().getPort();
    }

    InetSocketAddress edge() {
        return dataPlane.edges().getFirst();
    }

    /** A workload with one pod, its Service and what answers there. */
    void version(String name, String ip) throws IOException {
        int port =
                serve(ip, call -> call.answer(200, Headers.none(), (name + "\n").getBytes(UTF_8)))
                        .address()
                        .getPort();
        create(
                """
                {"apiVersion":"v1","kind":"Service","metadata":{"namespace":"default","name":"%s"},
                 "spec":{"ports":[{"name":"http","port":80}]}}\
                """
                        .formatted(name));
        create(
                """
                {"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","addressType":"IPv4",
                 "metadata":{"namespace":"default","name":"%1$s-1",
                   "labels":{"kubernetes.io/service-name":"%1$s"}},
                 "ports":[{"name":"http","port":%2$d,"protocol":"TCP"}],
                 "endpoints":[{"addresses":["%3$s"],"conditions":{"ready":true}}]}\
                """
                        .formatted(name, port, ip));
        Resource deployment =
                create(
                        """
                        {"apiVersion":"apps/v1","kind":"Deployment",
                         "metadata":{"namespace":"default","name":"%1$s"},
                         "spec":{"replicas":1,"selector":{"matchLabels":{"app":"%1$s"}},
                          "template":{"metadata":{"labels":{"app":"%1$s"}},"spec":{"containers":[
                            {"name":"c","image":"weft.dev/host"}]}}}}\
                        """
                                .formatted(name));
        client().updateStatus(
                        Types.DEPLOYMENT,
                        deployment.withStatus(
                                object("{\"replicas\":1,\"readyReplicas\":1}").tree()));
        Resource pod =
                create(
                        """
                        {"apiVersion":"v1","kind":"Pod","metadata":{"namespace":"default",
                          "name":"%1$s-7c9f-x2v4q","labels":{"app":"%1$s"}},
                         "spec":{"containers":[{"name":"c","image":"weft.dev/host"}]}}\
                        """
                                .formatted(name));
        client().updateStatus(
                        Types.POD,
                        pod.withStatus(
                                object(
                                                """
                                                {"phase":"Running","podIP":"%s","conditions":[
                                                  {"type":"Ready","status":"True"}]}\
                                                """
                                                        .formatted(ip))
                                        .tree()));
    }

    void split(String weights) {
        create(
                """
                {"apiVersion":"split.smi-spec.io/v1alpha4","kind":"TrafficSplit",
                 "metadata":{"namespace":"default","name":"colours"},
                 "spec":{"service":"root","backends":%s}}\
                """
                        .formatted(weights));
    }

    Resource create(String json) {
        Resource resource = object(json);
        var type =
                List.of(
                                Types.SERVICE,
                                Types.ENDPOINT_SLICE,
                                Types.DEPLOYMENT,
                                Types.POD,
                                Types.EVENT,
                                Types.TRAFFIC_SPLIT)
                        .stream()
                        .filter(it -> it.kind().equals(resource.kind()))
                        .findFirst()
                        .orElseThrow();
        return client().create(type, resource);
    }

    private static Resource object(String json) {
        return new Resource(JsonText.read(json).object().orElseThrow());
    }

    @Override
    public void close() {
        servers.reversed().forEach(ControlServer::close);
        dataPlane.close();
        scope.close();
        api.close();
        faults.expectNone();
    }
}
