package dev.weft.app.endtoend;

import static dev.weft.testkit.Eventually.eventually;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.app.endtoend.Wire.Answer;
import dev.weft.app.endtoend.Wire.Ask;
import dev.weft.testkit.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** The edge's bounds, as a user sets them: by a policy of its Gateway, by the settings file. */
@TestInstance(Lifecycle.PER_CLASS)
final class LimitsTest {
    private static final String HOST = "lasting.example";
    private static final int CONNECTIONS_MAX = 20;
    private static final String CLOSE = "\u0088\u0002\u0003\u00e9";

    private WeftUp weft;
    private LastingPeer blue;
    private LastingPeer green;

    private Path folder;

    @BeforeAll
    void start(@TempDir Path temporary) throws Exception {
        folder = temporary;
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.writeString(data.resolve("weft.conf"), "buffer-memory = 48Mi\n");
        weft = WeftUp.in(data);
        blue = new LastingPeer("blue");
        green = new LastingPeer("green");
        apply(service("blue", blue.port()) + service("green", green.port()) + weights(1, 0));
        apply(
                """
                apiVersion: weft.dev/v1alpha1
                kind: TrafficPolicy
                metadata: {name: edge, namespace: weft-system}
                spec:
                  targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: edge}]
                  listener: {connectionsMax: %d}
                  maxConnectionAge: 1s
                """
                        .formatted(CONNECTIONS_MAX));
        eventually(() -> assertThat(isFull()).isTrue());
        eventually(() -> assertThat(hasRoom()).isTrue());
    }

    @AfterAll
    void stop() throws IOException {
        if (weft != null) {
            weft.close();
        }
        for (LastingPeer peer : new LastingPeer[] {blue, green}) {
            if (peer != null) {
                peer.close();
            }
        }
    }

    private static String service(String name, int port) {
        return MeshManifests.service(name) + MeshManifests.slice(name, 0, port);
    }

    private static String weights(int blue, int green) {
        return """
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: lasting}
        spec:
          parentRefs: [{name: edge, namespace: weft-system}]
          hostnames: [%s]
          rules:
          - backendRefs:
            - {name: blue, port: 80, weight: %d}
            - {name: green, port: 80, weight: %d}
        """
                .formatted(HOST, blue, green);
    }

    private void apply(String manifests) {
        weft.kubectl().with("apply", "-f", "-").input(manifests).run().expectSuccess();
    }

    /** Whether as many as may be open are served, and one more is closed. */
    private boolean isFull() throws IOException {
        return areServed(CONNECTIONS_MAX, true);
    }

    private boolean hasRoom() throws IOException {
        return areServed(CONNECTIONS_MAX / 2, false);
    }

    private boolean areServed(int count, boolean full) throws IOException {
        var wires = new ArrayList<Wire>();
        try {
            for (int i = 0; i < count; i++) {
                wires.add(Wire.plain(weft.edge().getPort()));
                if (wires.getLast().ask(Ask.get(HOST, "/")).status() != 200) {
                    return false;
                }
            }
            if (full) {
                wires.add(Wire.plain(weft.edge().getPort()));
                wires.getLast().socket().setSoTimeout(1000);
                return wires.getLast().socket().getInputStream().read() < 0;
            }
            return true;
        } catch (IOException e) {
            return false;
        } finally {
            for (Wire wire : wires) {
                wire.close();
            }
        }
    }

    // ---- what lasts, once: who has served it, until it was asked in good order to come again

    /** A caller who does as it is told, and comes again until it has been led elsewhere. */
    private interface Lasting {
        List<String> once() throws Exception;
    }

    private List<String> keepAlive() throws IOException {
        var servers = new ArrayList<String>();
        try (var wire = Wire.plain(weft.edge().getPort())) {
            Answer answer = wire.ask(Ask.get(HOST, "/"));
            servers.add(answer.body());
            for (int i = 0; i < 10_000 && answer.header("connection").isEmpty(); i++) {
                Peer.rest(10);
                answer = wire.ask(Ask.get(HOST, "/"));
                if (!servers.contains(answer.body())) {
                    servers.add(answer.body());
                }
            }
            assertThat(answer.header("connection")).isEqualTo("close");
            assertThat(wire.socket().getInputStream().read()).isNegative();
        }
        return servers;
    }

    private List<String> webSocket() throws IOException {
        try (var wire = Wire.plain(weft.edge().getPort())) {
            wire.socket()
                    .getOutputStream()
                    .write(
                            ("GET / HTTP/1.1\r\nHost: "
                                            + HOST
                                            + "\r\n"
                                            + "Connection: Upgrade\r\n"
                                            + "Upgrade: websocket\r\n\r\n")
                                    .getBytes(ISO_8859_1));
            byte[] all = wire.socket().getInputStream().readAllBytes();
            String said = new String(all, ISO_8859_1);
            said = said.substring(said.indexOf("\r\n\r\n") + 4);
            assertThat(said).startsWith("\u0081").endsWith(CLOSE);
            return List.of(said.substring(2, said.length() - CLOSE.length()));
        }
    }

    /** A stream of gRPC over HTTP/2, and the connection below it. */
    private List<String> grpc() throws IOException {
        var said = new StringBuilder();
        try (var frames = new Frames(weft.edge().getPort())) {
            frames.ask(
                    1,
                    ":method",
                    "POST",
                    ":scheme",
                    "http",
                    ":path",
                    "/chat.Chat/Listen",
                    ":authority",
                    HOST,
                    "content-type",
                    "application/grpc",
                    "te",
                    "trailers");
            boolean ended = false;
            boolean left = false;
            while (!ended || !left) {
                Frames.Frame frame = frames.next();
                if (frame.type() == Frames.DATA) {
                    said.append(frame.text());
                } else if (frame.type() == Frames.GOAWAY) {
                    assertThat(frame.code()).isZero();
                    left = true;
                }
                // the stream ends with trailers, which say that it may be asked for again
                ended |= frame.type() == Frames.HEADERS && frame.ends();
            }
        }
        return List.of(said.substring(5));
    }

    @Test
    void newWeightsReachWhateverLasts() throws Exception {
        List<Lasting> all = List.of(this::keepAlive, this::webSocket, this::grpc);
        var begun = new ArrayList<CompletableFuture<Void>>();
        var ended = new ArrayList<CompletableFuture<List<String>>>();
        for (Lasting one : all) {
            var first = new CompletableFuture<Void>();
            var last = new CompletableFuture<List<String>>();
            begun.add(first);
            ended.add(last);
            Thread.ofVirtual()
                    .start(
                            () -> {
                                try {
                                    var servers = new ArrayList<String>();
                                    while (!servers.contains("green")) {
                                        servers.addAll(one.once());
                                        first.complete(null);
                                    }
                                    last.complete(servers);
                                } catch (Exception | AssertionError e) {
                                    first.completeExceptionally(e);
                                    last.completeExceptionally(e);
                                }
                            });
        }
        for (var first : begun) {
            first.get(60, TimeUnit.SECONDS);
        }
        apply(weights(0, 1));
        try {
            for (var last : ended) {
                assertThat(last.get(60, TimeUnit.SECONDS)).startsWith("blue").endsWith("green");
            }
        } finally {
            apply(weights(1, 0));
        }
    }

    @Test
    void whoFindsNoRoomIsCounted() throws Exception {
        eventually(() -> assertThat(isFull()).isTrue());
        eventually(() -> assertThat(hasRoom()).isTrue());
        assertThat(metrics())
                .containsPattern("weft_refusals_total\\{cause=\"listener-full\"} [1-9]");
    }

    @Test
    void theMemoryOfBytesUnderWayIsBoundedBySetting() throws Exception {
        assertThat(metrics()).contains("weft_buffer_bytes_max " + (48 << 20) + "\n");
        for (String[] wrong :
                new String[][] {
                    {"1Mi", "seen: 1Mi at --buffer-memory (expected: a size such as 256Mi"},
                    {"lots", "seen: lots at --buffer-memory (expected: a size such as 256Mi"},
                    {"900Gi", "the setting buffer-memory is more than there is"}
                }) {
            assertThat(
                            WeftUp.weft("up", "--data", folder.resolve("other"), "--edge", "0")
                                    .with("--buffer-memory", wrong[0])
                                    .run()
                                    .expectExit(2)
                                    .err())
                    .contains(wrong[1]);
        }
    }

    private String metrics() throws IOException {
        try (var wire = Wire.plain(weft.console().getPort())) {
            return wire.ask(Ask.get(weft.console().getAuthority(), "/metrics")).body();
        }
    }

    @Test
    void whatCannotBeIsSaid() {
        Command.Result none =
                tried("Gateway", "edge", "listener: {connectionsMax: 0}\n").expectExit(1);
        assertThat(none.err())
                .contains("spec.listener.connectionsMax")
                .contains("should be greater than or equal to 1");
        Command.Result soon = tried("Gateway", "edge", "maxConnectionAge: soon\n").expectExit(1);
        assertThat(soon.err()).contains("spec.maxConnectionAge").contains("soon");
        Command.Result misplaced =
                tried("Service", "blue", "listener: {connectionsMax: 5}\n").expectSuccess();
        assertThat(misplaced.err())
                .contains(
                        "Warning: spec.listener: concerns the listeners of a Gateway"
                                + " (expected: a Gateway in spec.targetRefs[0], not a Service)")
                .contains("the policy is not carried out");
    }

    private Command.Result tried(String kind, String target, String spec) {
        return weft.kubectl()
                .with("apply", "-f", "-")
                .input(MeshManifests.policy("tried", kind, target, spec))
                .run();
    }
}
