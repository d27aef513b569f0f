package dev.weft.app.endtoend;

import static dev.weft.testkit.Eventually.eventually;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.app.endtoend.Peer.Reply;
import dev.weft.app.endtoend.Wire.Answer;
import dev.weft.app.endtoend.Wire.Ask;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Fields of a TrafficPolicy that need a peculiar server, and what several backends are asked. */
@TestInstance(Lifecycle.PER_CLASS)
final class PolicyFieldsTest {
    private final PolicedServices services = new PolicedServices();
    private final List<Closeable> open = new ArrayList<>();
    private WeftUp weft;
    private ServerSocket full;
    private RawPeer stalling;
    private RawPeer socket;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        weft = WeftUp.in(data);
        full = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
        open.add(full);
        fill();
        stalling =
                new RawPeer(
                        (in, out) -> {
                            RawPeer.head(in);
                            out.write(
                                    ("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
                                                    + "x".repeat(50_000))
                                            .getBytes(ISO_8859_1));
                            in.read();
                        });
        socket =
                new RawPeer(
                        (in, out) -> {
                            RawPeer.head(in);
                            out.write(UPGRADED.getBytes(ISO_8859_1));
                            in.transferTo(out);
                        });
        open.addAll(List.of(stalling, socket));
        manifests();
        weft.kubectl().with("apply", "-f", "-").input(services.manifests()).run().expectSuccess();
        eventually(() -> assertThat(ask("again", "/").status()).isEqualTo(200));
        eventually(() -> assertThat(ask(Ask.get("mixed.example", "/")).status()).isIn(200, 418));
    }

    private static final String UPGRADED =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

    /** The kernel takes no more for a listener whose queue is full. */
    private void fill() throws IOException {
        for (int i = 0; i < 4; i++) {
            var one = new Socket();
            open.add(one);
            try {
                one.connect(full.getLocalSocketAddress(), 100);
            } catch (IOException e) {
                return;
            }
        }
    }

    private void manifests() throws IOException {
        raw("full", full.getLocalPort(), "retry: {attempts: 1}\ntimeouts: {connect: 3s}\n");
        raw("stalling", stalling.port(), "timeouts: {idle: 300ms}\n");
        raw("socket", socket.port(), "timeouts: {tunnelIdle: 500ms}\n");
        services.with(
                "again",
                1,
                "retry: {attempts: 3, codes: [503], bodyBytesMax: 1024, backoff: 1ms, backoffMax:"
                        + " 5ms}\nretryBudget: {percent: 1000, minPerSecond: 1000}\n");
        services.with(
                "calls",
                1,
                "retry: {attempts: 3, grpcCodes: [unavailable], backoff: 1ms}\n"
                        + "retryBudget: {percent: 1000, minPerSecond: 1000}\n");
        services.with("warm", 1, "connections: {warm: 2, idleTimeout: 10m}\n");
        services.with("once", 1, "connections: {requestsMax: 1}\n");
        services.with(
                "narrow",
                1,
                "connections: {max: 1, waitingMax: 2}\ntimeouts: {connect: 50s, answer: 50s}\n"
                        + "retry: {attempts: 1}\n");
        services.with(
                "steady",
                1,
                "retry: {attempts: 16, codes: [503], backoff: 100ms, backoffMax: 100ms}\n"
                        + "retryBudget: {percent: 1000, minPerSecond: 1000}\n");
        services.with(
                "query", 3, "balancer: {type: ConsistentHash, hash: {queryParameter: key}}\n");
        services.with("silent", 1, "tracing: {samplePercent: 0}\n");
        services.with("traced", 1, "tracing: {samplePercent: 100}\n");
        services.with("told", 1, "fault: {abort: {status: 503, grpcStatus: 7, percent: 100}}\n");
        services.with("faulty", 1, "fault: {abort: {status: 418, percent: 100}}\n");
        services.with("rare", 1, "rateLimit: {requestsPerSecond: 0.001, burst: 3}\n");
        services.with("slow", 1, "retry: {attempts: 1}\ntimeouts: {answer: 200ms}\n");
        services.with("patient", 1, "retry: {attempts: 1}\n");
        services.with(
                MeshManifests.service(
                                "hop", "{name: http, port: 80, appProtocol: kubernetes.io/h2c}")
                        + MeshManifests.slice("hop", 0, weft.edge().getPort())
                        + MeshManifests.route(
                                "hop",
                                """
                                - filters: [{type: URLRewrite, urlRewrite: {hostname: told.default}}]
                                  backendRefs: [{name: hop, port: 80}]
                                """));
        services.with("one", 2, "balancer: {type: ConsistentHash, hash: {header: x-key}}\n");
        services.with("two", 2, "balancer: {type: ConsistentHash, hash: {header: x-key}}\n");
        services.with(
                MeshManifests.route(
                        "mixed",
                        """
                        - matches: [{path: {value: /times}}]
                          backendRefs: [{name: slow, port: 80}, {name: patient, port: 80}]
                        - matches: [{path: {value: /hashed}}]
                          backendRefs: [{name: one, port: 80}, {name: two, port: 80}]
                        - matches: [{path: {value: /rare}}]
                          backendRefs: [{name: rare, port: 80}, {name: patient, port: 80}]
                        - backendRefs: [{name: faulty, port: 80}, {name: patient, port: 80}]
                        """));
    }

    private void raw(String name, int port, String policy) {
        services.with(
                MeshManifests.service(name)
                        + MeshManifests.slice(name, 0, port)
                        + MeshManifests.policy(name, "Service", name, policy));
    }

    @AfterAll
    void stop() throws IOException {
        if (weft != null) {
            weft.close();
        }
        services.close();
        for (Closeable one : open) {
            one.close();
        }
    }

    @Test
    void aConnectionMayTakeAsLongAsIsSaid() throws IOException {
        long begun = System.nanoTime();
        Answer answer = ask("full", "/");

        assertThat(answer.cause()).isEqualTo("connect-timeout");
        assertThat(System.nanoTime() - begun).isGreaterThan(2_500_000_000L);
    }

    @Test
    void anAnswerThatStallsIsCut() throws IOException {
        String body = "";
        try {
            body = ask("stalling", "/").body();
        } catch (SocketException e) {
            // reset, so that it does not look whole
        }
        assertThat(body.length()).isLessThan(100_000);
    }

    @Test
    void aSilentTunnelEnds() throws IOException {
        try (var wire = new Socket("127.0.0.1", weft.edge().getPort())) {
            wire.setSoTimeout(30_000);
            wire.getOutputStream()
                    .write(
                            ("GET /chat HTTP/1.1\r\nHost: socket.default\r\nUpgrade: websocket\r\n"
                                            + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                                    .getBytes(ISO_8859_1));
            assertThat(RawPeer.head(wire.getInputStream())).startsWith("HTTP/1.1 101 ");
            byte[] frame = {(byte) 0x82, (byte) 0x82, 0, 0, 0, 0, 'h', 'i'};
            wire.getOutputStream().write(frame);
            assertThat(wire.getInputStream().readNBytes(frame.length)).isEqualTo(frame);
            try {
                wire.getInputStream().readAllBytes();
            } catch (SocketException e) {
                // cut
            }
        }
    }

    @Test
    void onlyShortBodiesAreSentAgain() throws IOException {
        services.of("again").getFirst().answering(503);
        int before = services.seen("again");
        Ask post = Ask.get("again.default", "/").method("POST");

        ask(post.body("x".repeat(1000)));
        assertThat(services.seen("again") - before).isEqualTo(3);
        ask(post.body("x".repeat(2000)));
        assertThat(services.seen("again") - before).isEqualTo(4);
        services.of("again").getFirst().doing(it -> Reply.ok("well"));
    }

    @Test
    void callsOfGrpcAreSentAgainByTheirStatus() throws IOException {
        Peer calls = services.of("calls").getFirst();
        for (String status : List.of("14", "13")) {
            calls.doing(
                    it ->
                            new Reply(
                                    200,
                                    Map.of(
                                            "Content-Type",
                                            "application/grpc",
                                            "grpc-status",
                                            status),
                                    ""));
            ask(grpc("calls"));
        }
        assertThat(calls.seen()).hasSize(4);
    }

    private static Ask grpc(String service) {
        return Ask.get(service + ".default", "/hello.Greeter/Greet")
                .method("POST")
                .with("Content-Type", "application/grpc")
                .with("TE", "trailers")
                .body("12345");
    }

    @Test
    void connectionsAreOpenedBeforehandAndUsedSoOften() throws IOException {
        eventually(
                () ->
                        assertThat(services.of("warm").getFirst().connections())
                                .isGreaterThanOrEqualTo(2));
        assertThat(services.seen("warm")).isZero();

        try (var wire = Wire.plain(weft.edge().getPort())) {
            for (int i = 0; i < 5; i++) {
                wire.ask(Ask.get("once.default", "/"));
            }
        }
        assertThat(services.of("once").getFirst().connections()).isEqualTo(5);
    }

    @Test
    void noMoreWaitForAConnectionThanMay() throws Exception {
        var release = new CountDownLatch(1);
        services.of("narrow")
                .getFirst()
                .doing(
                        it -> {
                            try {
                                release.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                            return Reply.ok("served");
                        });
        var refused = new ConcurrentLinkedQueue<String>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var served = new ArrayList<Future<Boolean>>();
            for (int i = 0; i < 6; i++) {
                served.add(
                        callers.submit(
                                () -> {
                                    Answer answer = ask("narrow", "/");
                                    if (answer.status() != 200) {
                                        refused.add(answer.status() + " " + answer.cause());
                                    }
                                    return answer.status() == 200;
                                }));
            }
            // one is served and two wait; who finds no room is told at once
            eventually(() -> assertThat(refused).hasSize(3));
            release.countDown();
            int count = 0;
            for (Future<Boolean> one : served) {
                count += one.get() ? 1 : 0;
            }
            assertThat(count).isEqualTo(3);
        } finally {
            release.countDown();
        }
        assertThat(refused).allMatch(it -> it.equals("503 connections-exhausted"));
        assertThat(services.of("narrow").getFirst().mostAtOnce()).isEqualTo(1);
    }

    @Test
    void pausesBetweenTriesGrowNoLongerThanIsSaid() throws IOException {
        services.of("steady").getFirst().answering(503);
        long begun = System.nanoTime();
        assertThat(ask("steady", "/").status()).isEqualTo(503);
        double seconds = (System.nanoTime() - begun) / 1e9;

        assertThat(services.seen("steady")).isEqualTo(16);
        // fifteen pauses of a tenth; growing to ten tenths as usual they would take about eight
        assertThat(seconds).isBetween(1.4, 5.0);
    }

    @Test
    void theSameKeyFindsTheSameEndpointAlsoAmongBackends() throws IOException {
        Set<String> endpoints = new HashSet<>();
        Set<String> backends = new HashSet<>();
        for (int key = 0; key < 30; key++) {
            Set<String> byQuery = new HashSet<>();
            Set<String> byHeader = new HashSet<>();
            for (int i = 0; i < 3; i++) {
                byQuery.add(who(ask("query", "/?key=" + key)));
                Ask hashed = Ask.get("mixed.example", "/hashed").with("x-key", "k" + key);
                byHeader.add(who(ask(hashed)));
            }
            assertThat(byQuery).hasSize(1);
            assertThat(byHeader).hasSize(1);
            endpoints.addAll(byQuery);
            backends.addAll(byHeader);
        }
        assertThat(endpoints).hasSize(3);
        assertThat(backends).containsExactlyInAnyOrder("one0", "one1", "two0", "two1");
    }

    private static String who(Answer answer) {
        return answer.body().split(" ")[0];
    }

    @Test
    void whetherARequestIsTracedIsDecidedOnce() throws IOException {
        ask("silent", "/");
        ask("traced", "/");

        assertThat(services.of("silent").getFirst().last().header("traceparent")).endsWith("-00");
        assertThat(services.of("traced").getFirst().last().header("traceparent")).endsWith("-01");
    }

    @Test
    void aFaultHasAStatusForCallersOfGrpcToo() throws IOException {
        // by a Service that is the platform's own edge, and speaks HTTP/2 in clear
        Ask asked = grpc("told");
        Answer told =
                ask(
                        new Ask(
                                asked.method(),
                                asked.target(),
                                "hop.example",
                                asked.headers(),
                                asked.body()));

        assertThat(told.header("grpc-status")).isEqualTo("7");
        assertThat(told.header("grpc-message")).contains("chosen to fail");
        // to the edge in front, the edge behind is an endpoint: it says nothing in Weft's name
        assertThat(told.cause()).isEmpty();
    }

    @Test
    void whatAServiceAsksForHoldsForItsShareOfARule() throws IOException {
        var statuses = new ArrayList<Integer>();
        var limited = new ArrayList<Integer>();
        for (int i = 0; i < 40; i++) {
            statuses.add(ask(Ask.get("mixed.example", "/")).status());
            limited.add(ask(Ask.get("mixed.example", "/rare")).status());
        }
        assertThat(statuses).filteredOn(it -> it == 418).hasSizeBetween(15, 25);
        assertThat(statuses).filteredOn(it -> it == 200).hasSizeBetween(15, 25);
        assertThat(services.seen("rare")).isEqualTo(3);
        assertThat(limited).filteredOn(it -> it == 429).hasSizeBetween(10, 25);
        assertThat(services.seen("faulty")).isZero();
    }

    @Test
    void theTimesOfATryAreThoseOfItsService() throws IOException {
        services.of("slow").getFirst().slowly(1_500);
        services.of("patient").getFirst().slowly(1_500);
        List<String> causes = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            causes.add(ask(Ask.get("mixed.example", "/times")).cause());
        }
        services.of("patient").getFirst().doing(it -> Reply.ok("patient"));

        assertThat(causes).contains("answer-timeout", "").containsOnly("answer-timeout", "");
    }

    @Test
    void whatCannotCountForOneOfSeveralBackendsIsTold() {
        String said =
                weft.kubectl()
                        .with("apply", "-f", "-")
                        .input(
                                MeshManifests.policy(
                                        "two-more", "Service", "patient", "retry: {attempts: 5}\n"))
                        .run()
                        .expectSuccess()
                        .err();
        assertThat(said).contains("TrafficPolicy default/patient is older");
        String route =
                weft.kubectl()
                        .with("apply", "-f", "-")
                        .input(
                                MeshManifests.route(
                                        "shared",
                                        "- backendRefs: [{name: again, port: 80}, {name: warm,"
                                                + " port: 80}]\n"))
                        .run()
                        .expectSuccess()
                        .err();
        assertThat(route)
                .contains(
                        "spec.rules[0].backendRefs: retry of TrafficPolicy default/again for"
                                + " Service default/again does not count");
        eventually(
                () ->
                        assertThat(
                                        weft.kubectl()
                                                .with(
                                                        "get",
                                                        "trafficpolicy",
                                                        "again",
                                                        "-o",
                                                        "jsonpath={.status.conditions[?(@.type==\"PartiallyInvalid\")].message}")
                                                .run()
                                                .expectSuccess()
                                                .out())
                                .contains("spec.retry: does not count where HTTPRoute"));
    }

    private Answer ask(String service, String target) throws IOException {
        return ask(Ask.get(service + ".default", target));
    }

    private Answer ask(Ask ask) throws IOException {
        try (var wire = Wire.plain(weft.edge().getPort())) {
            return wire.ask(ask);
        }
    }
}
