package dev.weft.app.endtoend;

import static dev.weft.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.app.endtoend.Peer.Reply;
import dev.weft.app.endtoend.Wire.Answer;
import dev.weft.app.endtoend.Wire.Ask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** What HTTPRoutes ask for, applied with the real kubectl, acts on real requests. */
@TestInstance(Lifecycle.PER_CLASS)
final class RoutesTest {
    private WeftUp weft;
    private final List<Peer> peers = new ArrayList<>();
    private Peer blue;
    private Peer green;
    private Peer copied;
    private Peer sampled;
    private Peer slow;
    private Peer moody;
    private Peer bank;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        weft = WeftUp.in(data);
        blue = peer("blue");
        green = peer("green");
        copied = peer("copied");
        sampled = peer("sampled");
        slow = peer("slow").slowly(3_000);
        moody = peer("moody");
        bank = peer("bank");
        apply(
                "default",
                MeshManifests.service("blue", blue)
                        + MeshManifests.service("green", green)
                        + MeshManifests.service("copied", copied)
                        + MeshManifests.service("sampled", sampled)
                        + MeshManifests.service("slow", slow)
                        + MeshManifests.service("moody", moody));
        apply("", "apiVersion: v1\nkind: Namespace\nmetadata: {name: bank}\n");
        apply(
                "bank",
                MeshManifests.service("open", bank)
                        + MeshManifests.service("shut", bank)
                        + """
                        ---
                        apiVersion: gateway.networking.k8s.io/v1beta1
                        kind: ReferenceGrant
                        metadata: {name: open}
                        spec:
                          from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: default}]
                          to: [{group: "", kind: Service, name: open}]
                        """);
        apply("default", FILTERS + POLICIES + MeshManifests.route("ready", TO_BLUE));
        eventually(() -> assertThat(get("ready", "/").status()).isEqualTo(200));
    }

    @AfterAll
    void stop() throws IOException {
        if (weft != null) {
            weft.close();
        }
        for (Peer peer : peers) {
            peer.close();
        }
    }

    private static final String TO_BLUE = "- backendRefs: [{name: blue, port: 80}]\n";

    private static final String FILTERS =
            MeshManifests.route(
                    "filters",
                    """
                    - matches: [{path: {value: /headers}}]
                      filters:
                      - type: RequestHeaderModifier
                        requestHeaderModifier:
                          set: [{name: X-Set, value: one}]
                          add: [{name: X-Add, value: two}]
                          remove: [X-Remove]
                      - type: ResponseHeaderModifier
                        responseHeaderModifier:
                          set: [{name: X-Answer, value: three}]
                          remove: [X-Secret]
                      backendRefs: [{name: blue, port: 80}]
                    - matches: [{path: {value: /prefix}}]
                      filters:
                      - type: URLRewrite
                        urlRewrite:
                          hostname: inside.example
                          path: {type: ReplacePrefixMatch, replacePrefixMatch: /new}
                      backendRefs: [{name: blue, port: 80}]
                    - matches: [{path: {value: /full}}]
                      filters:
                      - type: URLRewrite
                        urlRewrite: {path: {type: ReplaceFullPath, replaceFullPath: /fixed}}
                      backendRefs: [{name: blue, port: 80}]
                    - matches: [{path: {value: /elsewhere}}]
                      filters:
                      - type: RequestRedirect
                        requestRedirect:
                          scheme: https
                          hostname: far.example
                          port: 8443
                          statusCode: 308
                          path: {type: ReplacePrefixMatch, replacePrefixMatch: /there}
                    - matches: [{path: {value: /mirrored}}]
                      filters:
                      - type: RequestMirror
                        requestMirror: {backendRef: {name: copied, port: 80}}
                      - type: RequestMirror
                        requestMirror: {backendRef: {name: sampled, port: 80}, percent: 25}
                      backendRefs: [{name: blue, port: 80}]
                    - matches: [{path: {value: /pages}}]
                      filters:
                      - type: CORS
                        cors:
                          allowOrigins: ["https://shop.example"]
                          allowMethods: [GET, PUT]
                          allowHeaders: [x-token]
                          exposeHeaders: [x-total]
                          allowCredentials: true
                          maxAge: 60
                      backendRefs: [{name: blue, port: 80}]
                    - matches: [{path: {value: /each}}]
                      backendRefs:
                      - name: blue
                        port: 80
                        filters:
                        - type: RequestHeaderModifier
                          requestHeaderModifier: {set: [{name: x-version, value: b}]}
                      - name: green
                        port: 80
                        filters:
                        - type: RequestHeaderModifier
                          requestHeaderModifier: {set: [{name: x-version, value: g}]}
                    """);

    private static final String POLICIES =
            MeshManifests.route(
                    "policies",
                    """
                    - matches: [{path: {value: /request}}]
                      timeouts: {request: 300ms}
                      backendRefs: [{name: slow, port: 80}]
                    - matches: [{path: {value: /each-try}}]
                      timeouts: {request: 10s, backendRequest: 300ms}
                      backendRefs: [{name: slow, port: 80}]
                    - matches: [{path: {value: /again}}]
                      retry: {codes: [503], attempts: 2, backoff: 10ms}
                      backendRefs: [{name: moody, port: 80}]
                    - matches: [{path: {value: /cookie}}]
                      sessionPersistence: {type: Cookie, sessionName: seat}
                      backendRefs: [{name: blue, port: 80}, {name: green, port: 80}]
                    - matches: [{path: {value: /header}}]
                      sessionPersistence: {type: Header, sessionName: x-seat}
                      backendRefs: [{name: blue, port: 80}, {name: green, port: 80}]
                    - matches: [{path: {value: /shares}}]
                      backendRefs: [{name: blue, port: 80, weight: 3}, {name: green, port: 80, weight: 1}]
                    - matches: [{path: {value: /open}}]
                      backendRefs: [{name: open, namespace: bank, port: 80}]
                    - matches: [{path: {value: /shut}}]
                      backendRefs: [{name: shut, namespace: bank, port: 80}]
                    - matches:
                      - path: {value: /picked}
                        method: POST
                        headers: [{name: x-kind, value: "a.*", type: RegularExpression}]
                        queryParams: [{name: q, value: "1"}]
                      backendRefs: [{name: green, port: 80}]
                    """);

    @Test
    void headersAreChangedBothWays() throws IOException {
        blue.doing(it -> new Reply(200, Map.of("X-Secret", "s", "X-Answer", "old"), "blue"));
        Answer answer =
                ask(
                        Ask.get("filters.example", "/headers")
                                .with("X-Remove", "me")
                                .with("X-Set", "before")
                                .with("X-Add", "first"));
        Peer.Seen seen = blue.last();

        assertThat(seen.header("x-set")).isEqualTo("one");
        assertThat(seen.header("x-add")).isIn("first|two", "first,two", "first, two");
        assertThat(seen.headers()).doesNotContainKey("x-remove");
        assertThat(answer.header("x-answer")).isEqualTo("three");
        assertThat(answer.headers()).doesNotContainKey("x-secret");
        blue.doing(it -> Reply.ok("blue " + it.method() + " " + it.target()));
    }

    @Test
    void pathsAndHostsAreRewritten() throws IOException {
        assertThat(get("filters", "/prefix/a?b=c").body()).endsWith("GET /new/a?b=c");
        assertThat(blue.seen())
                .anyMatch(
                        it ->
                                it.target().equals("/new/a?b=c")
                                        && it.header("host").equals("inside.example"));
        assertThat(get("filters", "/full/a?b=c").body()).endsWith("GET /fixed?b=c");
    }

    @Test
    void redirectsNameThePlace() throws IOException {
        Answer answer = get("filters", "/elsewhere/a?b=c");

        assertThat(answer.status()).isEqualTo(308);
        assertThat(answer.header("location")).isEqualTo("https://far.example:8443/there/a?b=c");
    }

    @Test
    void eachMirrorGetsItsShareOfCopies() throws IOException {
        int rounds = 200;
        try (var wire = Wire.plain(weft.edge().getPort())) {
            for (int i = 0; i < rounds; i++) {
                assertThat(wire.ask(Ask.get("filters.example", "/mirrored/" + i)).status())
                        .isEqualTo(200);
            }
        }
        eventually(() -> assertThat(copied.seen()).hasSize(rounds));
        assertThat(sampled.seen().size()).isBetween(20, 85);
    }

    @Test
    void pagesOfNamedOriginsMayCall() throws IOException {
        Ask preflight =
                Ask.get("filters.example", "/pages")
                        .method("OPTIONS")
                        .with("Origin", "https://shop.example")
                        .with("Access-Control-Request-Method", "PUT")
                        .with("Access-Control-Request-Headers", "x-token");
        Answer answer = ask(preflight);

        assertThat(answer.status()).isBetween(200, 204);
        assertThat(answer.header("access-control-allow-origin")).isEqualTo("https://shop.example");
        assertThat(answer.header("access-control-allow-methods")).contains("PUT");
        assertThat(answer.header("access-control-allow-headers")).containsIgnoringCase("x-token");
        assertThat(answer.header("access-control-max-age")).isEqualTo("60");
        assertThat(answer.header("access-control-allow-credentials")).isEqualTo("true");
        Answer called =
                ask(Ask.get("filters.example", "/pages").with("Origin", "https://shop.example"));
        assertThat(called.header("access-control-expose-headers")).containsIgnoringCase("x-total");
        assertThat(
                        ask(Ask.get("filters.example", "/pages")
                                        .with("Origin", "https://other.example"))
                                .headers())
                .doesNotContainKey("access-control-allow-origin");
    }

    @Test
    void filtersOfABackendAreItsOwn() throws IOException {
        eventually(
                () -> {
                    get("filters", "/each");
                    assertThat(versions(blue)).containsOnly("b");
                    assertThat(versions(green)).containsOnly("g");
                });
    }

    private static List<String> versions(Peer peer) {
        return peer.seen().stream()
                .filter(it -> it.target().equals("/each"))
                .map(it -> it.header("x-version"))
                .distinct()
                .toList();
    }

    @Test
    void timesAreKept() throws IOException {
        Answer whole = get("policies", "/request");
        Answer each = get("policies", "/each-try");

        assertThat(whole.status()).isEqualTo(504);
        assertThat(whole.cause()).isEqualTo("request-timeout");
        assertThat(each.status()).isEqualTo(504);
        assertThat(each.cause()).isEqualTo("try-timeout");
    }

    @Test
    void aFailureIsTriedAgainAsOftenAsAskedFor() throws IOException {
        var failures = new AtomicInteger(2);
        moody.doing(it -> failures.getAndDecrement() > 0 ? Reply.of(503) : Reply.ok("well"));
        assertThat(get("policies", "/again").body()).isEqualTo("well");
        assertThat(moody.seen()).hasSize(3);

        moody.answering(503);
        assertThat(get("policies", "/again").status()).isEqualTo(503);
        assertThat(moody.seen()).hasSize(6);
    }

    @Test
    void aSessionKeepsItsEndpoint() throws IOException {
        Answer first = get("policies", "/cookie");
        String cookie = first.header("set-cookie").split(";")[0];
        assertThat(cookie).startsWith("seat=");
        for (int i = 0; i < 20; i++) {
            assertThat(ask(Ask.get("policies.example", "/cookie").with("Cookie", cookie)).body())
                    .isEqualTo(first.body());
        }

        Answer other = get("policies", "/header");
        String seat = other.header("x-seat");
        assertThat(seat).isNotEmpty();
        for (int i = 0; i < 20; i++) {
            assertThat(ask(Ask.get("policies.example", "/header").with("x-seat", seat)).body())
                    .isEqualTo(other.body());
        }
    }

    @Test
    void sharesFollowTheWeights() throws IOException {
        int greens = 0;
        try (var wire = Wire.plain(weft.edge().getPort())) {
            for (int i = 0; i < 400; i++) {
                Answer answer = wire.ask(Ask.get("policies.example", "/shares"));
                greens += answer.body().startsWith("green") ? 1 : 0;
            }
        }
        assertThat(greens).isBetween(60, 140);
    }

    @Test
    void anotherNamespaceMustPermitIt() throws IOException {
        assertThat(get("policies", "/open").body()).startsWith("bank");
        Answer shut = get("policies", "/shut");
        assertThat(shut.status()).isEqualTo(500);
        assertThat(shut.cause()).isEqualTo("invalid-backend");
        eventually(
                () ->
                        assertThat(condition("httproute/policies", "ResolvedRefs"))
                                .isEqualTo("RefNotPermitted"));
    }

    @Test
    void everyPartOfAMatchMustHold() throws IOException {
        Ask whole = Ask.get("policies.example", "/picked?q=1").method("POST").with("x-kind", "abc");
        assertThat(ask(whole).body()).startsWith("green POST");
        assertThat(ask(whole.method("PUT")).cause()).isEqualTo("no-route");
        assertThat(ask(Ask.get("policies.example", "/picked?q=1").method("POST")).status())
                .isEqualTo(404);
        Ask query = Ask.get("policies.example", "/picked?q=2").method("POST");
        assertThat(ask(query.with("x-kind", "abc")).status()).isEqualTo(404);
    }

    private String condition(String object, String type) {
        return weft.kubectl()
                .with(
                        "get",
                        object,
                        "-o",
                        "jsonpath={.status.parents[0].conditions[?(@.type==\"%s\")].reason}"
                                .formatted(type))
                .run()
                .expectSuccess()
                .out();
    }

    private Answer get(String host, String target) throws IOException {
        return ask(Ask.get(host + ".example", target));
    }

    private Answer ask(Ask ask) throws IOException {
        try (var wire = Wire.plain(weft.edge().getPort())) {
            return wire.ask(ask);
        }
    }

    private Peer peer(String name) throws IOException {
        Peer peer = Peer.plain(name);
        peers.add(peer);
        return peer;
    }

    private void apply(String namespace, String manifests) {
        weft.kubectl()
                .with("apply", "-n", namespace.isEmpty() ? "default" : namespace, "-f", "-")
                .input(manifests)
                .run()
                .expectSuccess();
    }
}
