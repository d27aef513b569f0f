package dev.weft.dialects.openfaas;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.api.access.Identity;
import dev.weft.api.client.ResourceClient;
import dev.weft.api.control.Surroundings;
import dev.weft.api.embedded.EmbeddedApi;
import dev.weft.api.embedded.Setup;
import dev.weft.api.model.Key;
import dev.weft.dataplane.control.ControlServer;
import dev.weft.dataplane.http.ServerLimits;
import dev.weft.dataplane.service.Handler;
import dev.weft.foundation.chance.Chance;
import dev.weft.foundation.task.TaskScope;
import dev.weft.foundation.time.Clock;
import dev.weft.testkit.CollectedFaults;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The face on a real API and a real server, as its clients meet it. */
final class FaceAtWork implements AutoCloseable {
    static final String PASSWORD = "open sesame";

    private final CollectedFaults faults = new CollectedFaults();
    private final EmbeddedApi api;
    private final TaskScope scope = new TaskScope("face", faults, Duration.ofSeconds(10));
    private final ControlServer server;
    private final HttpClient http = HttpClient.newHttpClient();

    FaceAtWork(Path folder, UnaryOperator<Handler> around) throws IOException {
        api = EmbeddedApi.open(Setup.in(folder, faults));
        var surroundings =
                new Surroundings(
                        api.client(Identity.internal("openfaas")),
                        Clock.system(),
                        new Chance(7),
                        faults,
                        scope);
        var face =
                new Face(
                        surroundings,
                        new FaceSettings(
                                FaceSettings.NAMESPACE,
                                Optional.of(new Credentials("admin", PASSWORD)),
                                "http://127.0.0.1:8090",
                                "0.1.0",
                                "abc"),
                        image -> image.startsWith("weft.dev/") || image.equals("shop/echo:1"),
                        () -> Map.of(new Key("openfaas-fn", "echo"), 42L),
                        (wanted, out) ->
                                out.write(
                                        "2026-01-02T03:04:05.678Z hello from %s\n"
                                                .formatted(wanted.pod().name())
                                                .getBytes(UTF_8)));
        server =
                ControlServer.start(
                        "face",
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        Optional.empty(),
                        around.apply(face),
                        ServerLimits.usual(),
                        faults);
    }

    ResourceClient client() {
        return api.client(Identity.admin());
    }

    String url() {
        return "http://127.0.0.1:" + server.address().getPort();
    }

    /** Sends a request with the login. */
    HttpResponse<String> send(String method, String path, String body) throws Exception {
        String login = Base64.getEncoder().encodeToString(("admin:" + PASSWORD).getBytes(UTF_8));
        return send(
                HttpRequest.newBuilder(URI.create(url() + path))
                        .header("authorization", "Basic " + login)
                        .method(method, HttpRequest.BodyPublishers.ofString(body)));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url() + path));
    }

    @Override
    public void close() {
        http.close();
        server.close();
        scope.close();
        api.close();
        faults.expectNone();
    }
}
