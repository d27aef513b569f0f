package dev.weft.app.endtoend;

import static dev.weft.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.app.endtoend.Wire.Answer;
import dev.weft.app.endtoend.Wire.Ask;
import dev.weft.testkit.Command;
import dev.weft.testkit.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Each field of a TrafficPolicy, applied with the real kubectl, acts on real requests. */
@TestInstance(Lifecycle.PER_CLASS)
final class TrafficPolicyTest {
    private Path logs;
    private WeftUp weft;
    private int door;
    private final PolicedServices services = new PolicedServices();

    private long begun;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        logs = data.resolve("logs");
        weft = WeftUp.in(data);
        door = FreePorts.one();
        endpoints();
        requests();
        limits();
        doors();
        weft.kubectl().with("apply", "-f", "-").input(services.manifests()).run().expectSuccess();
        eventually(() -> assertThat(ask("ready", "/").status()).isEqualTo(200));
        begun = System.nanoTime();
    }

    @AfterAll
    void stop() throws IOException {
        if (weft != null) {
            weft.close();
        }
        services.close();
    }

    private void endpoints() throws IOException {
        services.with(
                "accrual",
                2,
                "balancer: {type: RoundRobin}\n"
                        + "failureAccrual: {consecutiveFailures: 3, pauseMin: 60s}\n");
        services.with(
                "share",
                2,
                "balancer: {type: RoundRobin}\n"
                        + "failureAccrual: {consecutiveFailures: 0, pauseMin: 60s, successRate:"
                        + " {leastPercent: 80, window: 60s, requestsMin: 5}}\n");
        services.with("turn", 2, "balancer: {type: RoundRobin}\n");
        services.with("least", 2, "balancer: {type: LeastRequest}\n");
        services.with("ewma", 2, "balancer: {type: PeakEwma}\n");
        services.with("hash", 3, "balancer: {type: ConsistentHash, hash: {header: X-Key}}\n");
        services.with("cookie", 3, "balancer: {type: ConsistentHash, hash: {cookie: crumb}}\n");
        services.with(
                "source", 3, "balancer: {type: ConsistentHash, hash: {sourceAddress: true}}\n");
        services.with(
                "panic",
                2,
                "panicThreshold: 100\nfailureAccrual: {consecutiveFailures: 1, pauseMin: 60s}\n");
        services.with(
                "calm",
                2,
                "panicThreshold: 0\nfailureAccrual: {consecutiveFailures: 1, pauseMin: 60s}\n");
        services.with("pool", 1, "connections: {max: 1}\n");
        services.with("brief", 1, "connections: {idleTimeout: 200ms}\n");
        services.with("aged", 1, "connections: {maxAge: 300ms}\n");
        services.with("warming", 1, "balancer: {type: RoundRobin, slowStart: 10s}\n");
    }

    private void requests() throws IOException {
        services.with(
                "again",
                1,
                "retry: {attempts: 3, codes: [503], backoff: 1ms}\n"
                        + "retryBudget: {percent: 1000, minPerSecond: 1000}\n");
        services.with(
                "spent",
                1,
                "retry: {attempts: 3, codes: [503], backoff: 1ms}\n"
                        + "retryBudget: {percent: 0, minPerSecond: 0}\n");
        services.with("tried", 1, "retry: {attempts: 1, perTryTimeout: 200ms}\n");
        services.with("answer", 1, "timeouts: {answer: 200ms}\n");
        services.with("request", 1, "timeouts: {request: 200ms}\n");
        services.with("aborted", 1, "fault: {abort: {status: 418, percent: 100}}\n");
        services.with("delayed", 1, "fault: {delay: {duration: 400ms, percent: 100}}\n");
        services.with(
                "open",
                1,
                "cors: {allowOrigins: [\"https://shop.example\"], allowMethods: [PUT]}\n");
        services.with("json", 1, "accessLog: {}\n");
        services.with("common", 1, "accessLog: {format: Common, samplePercent: 100}\n");
        services.with("ready", 1, "timeouts: {connect: 2s, idle: 1m}\n");
    }

    private void limits() throws IOException {
        services.with("busy", 1, "concurrency: {limit: 1, queue: 0}\n");
        services.with("queue", 1, "concurrency: {limit: 1, queue: 1, wait: 1s}\n");
        services.with("rate", 1, "rateLimit: {requestsPerSecond: 0.001, burst: 3}\n");
        services.with(
                "client",
                1,
                "rateLimit: {requestsPerSecond: 0.001, burst: 2, perClient: Header X-Who}\n");
        services.with(
                "address",
                1,
                "rateLimit: {requestsPerSecond: 0.001, burst: 2, perClient: Address}\n");
        services.with("body", 1, "requestBodyMax: 1Ki\n");
    }

    /** Beside Services: a route, one of its rules, and a Gateway. */
    private void doors() {
        services.with(
                MeshManifests.route(
                                "ruled",
                                """
                                - name: whole
                                  backendRefs: [{name: turn, port: 80}]
                                - name: part
                                  matches: [{path: {value: /part}}]
                                  backendRefs: [{name: turn, port: 80}]
                                """)
                        + MeshManifests.policy(
                                "ruled",
                                "HTTPRoute",
                                "ruled",
                                "fault: {abort: {status: 501, percent: 100}}\n")
                        + MeshManifests.policy(
                                        "ruled-part",
                                        "HTTPRoute",
                                        "ruled",
                                        "fault: {abort: {status: 502, percent: 100}}\n")
                                .replace("name: ruled}]", "name: ruled, sectionName: part}]")
                        + """
                        ---
                        apiVersion: gateway.networking.k8s.io/v1
                        kind: Gateway
                        metadata: {name: side}
                        spec:
                          gatewayClassName: weft
                          listeners: [{name: http, port: %d, protocol: HTTP}]
                        ---
                        apiVersion: gateway.networking.k8s.io/v1
                        kind: HTTPRoute
                        metadata: {name: side}
                        spec:
                          parentRefs: [{name: side}]
                          rules: [{backendRefs: [{name: ready, port: 80}]}]
                        """
                                .formatted(door)
                        + MeshManifests.policy(
                                "side",
                                "Gateway",
                                "side",
                                "maxConnectionAge: 300ms\n"
                                        + "fault: {abort: {status: 503, percent: 100}}\n")
                        + MeshManifests.policy("turn-2", "Service", "turn", "panicThreshold: 1\n")
                        + MeshManifests.policy("lost", "Service", "nobody", "panicThreshold: 1\n")
                        + MeshManifests.policy(
                                "misplaced", "HTTPRoute", "ruled", "panicThreshold: 1\n"));
    }

    @Test
    void failingEndpointsAreLeftOut() throws IOException {
        services.of("accrual").getFirst().answering(500);
        services.of("share").getFirst().answering(500);
        for (int i = 0; i < 60; i++) {
            ask("accrual", "/");
            ask("share", "/");
        }
        assertThat(services.of("accrual").getFirst().seen().size()).isBetween(3, 12);
        assertThat(services.of("share").getFirst().seen().size()).isBetween(1, 25);
    }

    @Test
    void endpointsAreTakenInTurn() throws IOException {
        try (var wire = Wire.plain(weft.edge().getPort())) {
            for (int i = 0; i < 100; i++) {
                wire.ask(Ask.get("turn.default", "/"));
            }
        }
        assertThat(services.of("turn").getFirst().seen().size()).isBetween(45, 55);
    }

    @Test
    void theIdlerAndTheQuickerEndpointGetMore() throws Exception {
        for (String name : List.of("least", "ewma")) {
            services.of(name).getFirst().slowly(150);
            PolicedServices.together(
                    8,
                    () -> {
                        try (var wire = Wire.plain(weft.edge().getPort())) {
                            for (int i = 0; i < 12; i++) {
                                wire.ask(Ask.get(name + ".default", "/"));
                            }
                        }
                        return "";
                    });
            assertThat(services.of(name).getFirst().seen().size())
                    .as(name)
                    .isLessThan(services.of(name).getLast().seen().size());
        }
    }

    @Test
    void theSameKeyFindsTheSameEndpoint() throws IOException {
        Set<String> all = new HashSet<>();
        for (int key = 0; key < 30; key++) {
            Set<String> same = new HashSet<>();
            for (int i = 0; i < 3; i++) {
                same.add(ask(Ask.get("hash.default", "/").with("x-key", "k" + key)).body());
            }
            assertThat(same).hasSize(1);
            all.addAll(same);
        }
        assertThat(all).hasSize(3);

        Answer first = ask("cookie", "/");
        String crumb = first.header("set-cookie").split(";")[0];
        assertThat(crumb).startsWith("crumb=");
        Set<String> sources = new HashSet<>();
        for (int i = 0; i < 10; i++) {
            assertThat(ask(Ask.get("cookie.default", "/").with("Cookie", crumb)).body())
                    .isEqualTo(first.body());
            sources.add(ask("source", "/").body());
        }
        assertThat(sources).hasSize(1);
    }

    @Test
    void whereAllFailAThresholdDecidesWhetherTheyAreAsked() throws IOException {
        for (String name : List.of("panic", "calm")) {
            services.of(name).forEach(it -> it.answering(500));
        }
        eventually(() -> assertThat(ask("calm", "/").cause()).isEqualTo("fail-fast"));
        int before = services.seen("panic");
        for (int i = 0; i < 10; i++) {
            assertThat(ask("panic", "/").cause()).isEmpty();
        }
        assertThat(services.seen("panic")).isEqualTo(before + 10);
    }

    @Test
    void connectionsAreBoundedInNumberIdlenessAndAge() throws Exception {
        services.of("pool").getFirst().slowly(50);
        PolicedServices.together(4, () -> assertThat(ask("pool", "/").status()).isEqualTo(200));
        assertThat(services.of("pool").getFirst().mostAtOnce()).isEqualTo(1);

        ask("brief", "/");
        eventually(() -> assertThat(services.of("brief").getFirst().openNow()).isZero());

        eventually(
                () -> {
                    ask("aged", "/");
                    assertThat(services.of("aged").getFirst().connections()).isGreaterThan(2);
                });
    }

    @Test
    void aNewEndpointBeginsSlowly() throws IOException {
        eventually(() -> assertThat(System.nanoTime() - begun).isGreaterThan(11_000_000_000L));
        ask("warming", "/");
        Peer fresh = Peer.plain("fresh");
        services.of("warming").add(fresh);
        weft.kubectl()
                .with("apply", "-f", "-")
                .input(MeshManifests.slice("warming", 1, fresh.port()))
                .run()
                .expectSuccess();
        for (int i = 0; i < 200; i++) {
            ask("warming", "/");
        }
        assertThat(fresh.seen().size()).isLessThan(80);
    }

    @Test
    void requestsAreSentAgainAsTheBudgetAllows() throws IOException {
        for (String name : List.of("again", "spent")) {
            services.of(name).getFirst().answering(503);
            for (int i = 0; i < 10; i++) {
                ask(name, "/");
            }
        }
        assertThat(services.seen("again")).isEqualTo(30);
        assertThat(services.seen("spent")).isEqualTo(10);
    }

    @Test
    void timesAreKept() throws IOException {
        List.of("tried", "answer", "request")
                .forEach(it -> services.of(it).getFirst().slowly(3_000));

        assertThat(ask("tried", "/").cause()).isEqualTo("try-timeout");
        assertThat(ask("answer", "/").cause()).isEqualTo("answer-timeout");
        assertThat(ask("request", "/").cause()).isEqualTo("request-timeout");
    }

    @Test
    void faultsAreInjected() throws IOException {
        Answer aborted = ask("aborted", "/");
        assertThat(aborted.status()).isEqualTo(418);
        assertThat(aborted.cause()).isEqualTo("fault-injected");
        assertThat(services.seen("aborted")).isZero();

        long asked = System.nanoTime();
        assertThat(ask("delayed", "/").status()).isEqualTo(200);
        assertThat(System.nanoTime() - asked).isGreaterThanOrEqualTo(400_000_000L);
    }

    @Test
    void pagesOfNamedOriginsMayCall() throws IOException {
        Answer answer =
                ask(
                        Ask.get("open.default", "/")
                                .method("OPTIONS")
                                .with("Origin", "https://shop.example")
                                .with("Access-Control-Request-Method", "PUT"));
        assertThat(answer.header("access-control-allow-origin")).isEqualTo("https://shop.example");
        assertThat(services.seen("open")).isZero();
    }

    @Test
    void exchangesAreWrittenDown() throws IOException {
        ask("json", "/written-as-json");
        ask("common", "/written-as-common");
        Path log = logs.resolve("access.log");
        eventually(
                () -> {
                    List<String> lines = Files.readAllLines(log);
                    assertThat(lines)
                            .anyMatch(it -> it.startsWith("{") && it.contains("/written-as-json"));
                    assertThat(lines)
                            .anyMatch(
                                    it ->
                                            it.startsWith("127.0.0.1 ")
                                                    && it.contains("GET /written-as-common"));
                });
    }

    @Test
    void tooManyAtATimeAreRefusedOrWait() throws Exception {
        services.of("busy").getFirst().slowly(4_000);
        services.of("queue").getFirst().slowly(4_000);
        for (String name : List.of("busy", "queue")) {
            List<Answer> answers = PolicedServices.together(4, () -> ask(name, "/"));
            assertThat(answers).filteredOn(it -> it.status() == 200).as(name).hasSize(1);
            assertThat(answers)
                    .filteredOn(it -> it.status() == 503)
                    .extracting(Answer::cause)
                    .as(name)
                    .contains("queue-full");
            if (name.equals("queue")) {
                assertThat(answers).extracting(Answer::cause).contains("queue-timeout");
            }
        }
    }

    @Test
    void onlySoManyRequestsAreLetIn() throws IOException {
        for (int i = 0; i < 3; i++) {
            assertThat(ask("rate", "/").status()).isEqualTo(200);
        }
        Answer refused = ask("rate", "/");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.cause()).isEqualTo("rate-limited");
        assertThat(refused.header("retry-after")).isNotEmpty();

        for (String who : List.of("anna", "bert")) {
            Ask asked = Ask.get("client.default", "/").with("x-who", who);
            assertThat(List.of(ask(asked).status(), ask(asked).status(), ask(asked).status()))
                    .containsExactly(200, 200, 429);
        }
        for (String from : List.of("127.0.0.1", "127.0.0.77")) {
            var statuses = new ArrayList<Integer>();
            for (int i = 0; i < 3; i++) {
                try (var wire = Wire.plain(from, "127.0.0.1", weft.edge().getPort())) {
                    statuses.add(wire.ask(Ask.get("address.default", "/")).status());
                }
            }
            assertThat(statuses).containsExactly(200, 200, 429);
        }
    }

    @Test
    void longBodiesAreRefused() throws IOException {
        Ask post = Ask.get("body.default", "/").method("POST");
        assertThat(ask(post.body("x".repeat(1024))).status()).isEqualTo(200);
        Answer refused = ask(post.body("x".repeat(1025)));
        assertThat(refused.status()).isEqualTo(413);
        assertThat(refused.cause()).isEqualTo("body-too-large");
    }

    @Test
    void theNarrowerTargetCounts() throws IOException {
        assertThat(ask(Ask.get("ruled.example", "/")).status()).isEqualTo(501);
        assertThat(ask(Ask.get("ruled.example", "/part")).status()).isEqualTo(502);
    }

    @Test
    void whatAGatewayIsAskedToDoHoldsForItsRoutes() throws IOException {
        eventually(
                () -> {
                    try (var wire = Wire.plain(door)) {
                        Answer answer = wire.ask(Ask.get("any.example", "/"));
                        assertThat(answer.cause()).isEqualTo("fault-injected");
                    }
                });
    }

    @Test
    void statusesSayHowEachPolicyWasTaken() {
        Map<String, String> reasons =
                Map.of(
                        "turn", "True Accepted",
                        "turn-2", "False Conflicted",
                        "lost", "False TargetNotFound",
                        "misplaced", "False Invalid",
                        "side", "True Accepted");
        eventually(
                () ->
                        reasons.forEach(
                                (name, reason) ->
                                        assertThat(accepted(name)).as(name).isEqualTo(reason)));
    }

    @Test
    void whatCannotBeIsRefusedInWords() {
        refused(
                "failureAccrual: {consecutiveFailures: -1}\n",
                "spec.failureAccrual.consecutiveFailures",
                "greater than or equal to 0");
        refused("balancer: {type: Best}\n", "spec.balancer.type", "supported values");
        refused("rateLimit: {burst: 1}\n", "spec.rateLimit.requestsPerSecond", "Required");
        refused("timeouts: {request: soon}\n", "spec.timeouts.request", "soon");
        refused("fault: {abort: {status: 200, percent: 1}}\n", "spec.fault.abort.status", "400");
        refused("concurrency: {limit: 0}\n", "spec.concurrency.limit", "1");
    }

    private void refused(String spec, String... words) {
        Command.Result result =
                weft.kubectl()
                        .with("apply", "-f", "-")
                        .input(MeshManifests.policy("refused", "Service", "turn", spec))
                        .run()
                        .expectExit(1);
        assertThat(result.err()).contains(words);
    }

    private String accepted(String policy) {
        return weft.kubectl()
                .with(
                        "get",
                        "trafficpolicy",
                        policy,
                        "-o",
                        "jsonpath={.status.conditions[?(@.type==\"Accepted\")].status}"
                                + " {.status.conditions[?(@.type==\"Accepted\")].reason}")
                .run()
                .expectSuccess()
                .out();
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
