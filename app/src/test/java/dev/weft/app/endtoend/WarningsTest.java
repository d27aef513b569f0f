package dev.weft.app.endtoend;

import static dev.weft.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.app.endtoend.Wire.Answer;
import dev.weft.app.endtoend.Wire.Ask;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** What kubectl shows at once of routes and splits, and routes whose parent is a Service. */
@TestInstance(Lifecycle.PER_CLASS)
final class WarningsTest {
    /** One below 1024, which not everybody may open, and one above. */
    private static final String PORTS = "{name: http, port: 80}, {name: http-alt, port: 8080}";

    private WeftUp weft;
    private Peer old;
    private Peer fresh;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        weft = WeftUp.in(data);
        old = Peer.plain("old");
        fresh = Peer.plain("fresh");
        for (String namespace : new String[] {"default", "openfaas-fn"}) {
            assertThat(
                            apply(
                                    namespace,
                                    MeshManifests.service("web", PORTS, old)
                                            + MeshManifests.service("fresh", fresh)
                                            + MeshManifests.service(
                                                    "odd", "{name: http, port: 81}", fresh)))
                    .isEmpty();
        }
    }

    @AfterAll
    void stop() throws IOException {
        if (weft != null) {
            weft.close();
        }
        old.close();
        fresh.close();
    }

    @Test
    void routesAreWarnedAbout() {
        String said =
                apply(
                        "default",
                        """
                        apiVersion: gateway.networking.k8s.io/v1
                        kind: HTTPRoute
                        metadata: {name: doubtful}
                        spec:
                          parentRefs:
                          - {name: edge, namespace: weft-system, sectionName: nowhere}
                          - {name: none}
                          useDefaultGateways: All
                          rules:
                          - matches: [{path: {value: /a}}]
                            backendRefs: [{name: nobody, port: 80}, {name: odd, port: 80}]
                          - matches: [{path: {value: /b}}]
                            backendRefs: [{name: web, port: 80, weight: 0}]
                          - matches: [{path: {value: /c}}]
                            filters: [{type: ExtensionRef, extensionRef: {group: a.example, kind: Some, name: x}}]
                            backendRefs: [{name: web, port: 80}]
                        """);

        assertThat(said.lines())
                .contains(
                        "Warning: spec.parentRefs[0]: Gateway weft-system/edge has no listener"
                                + " nowhere",
                        "Warning: spec.parentRefs[1]: there is no Gateway default/none",
                        "Warning: spec.rules[0].backendRefs[0]: there is no Service"
                                + " default/nobody",
                        "Warning: spec.rules[0].backendRefs[1].port: Service default/odd has no"
                                + " port 80",
                        "Warning: spec.rules[1].backendRefs: every weight is 0, so all of it is"
                                + " answered 500",
                        "Warning: spec.useDefaultGateways: kept without effect; name the Gateways"
                                + " in parentRefs")
                .anyMatch(it -> it.contains("spec.rules[2].filters[0].extensionRef"));
    }

    @Test
    void gatewaysAreWarnedAbout() {
        String said =
                apply(
                        "default",
                        """
                        apiVersion: gateway.networking.k8s.io/v1
                        kind: Gateway
                        metadata: {name: doubtful}
                        spec:
                          gatewayClassName: weft
                          infrastructure: {labels: {a: b}}
                          listeners:
                          - name: https
                            port: 18443
                            protocol: HTTPS
                            tls: {certificateRefs: [{name: lost}], options: {a.example/b: c}}
                        ---
                        apiVersion: gateway.networking.k8s.io/v1
                        kind: Gateway
                        metadata: {name: classless}
                        spec:
                          gatewayClassName: unknown
                          listeners: [{name: http, port: 18444, protocol: HTTP}]
                        """);

        assertThat(said.lines())
                .contains(
                        "Warning: spec.infrastructure.labels: kept without effect, since Weft makes"
                                + " no objects for a Gateway",
                        "Warning: spec.listeners[0].tls.options: [a.example/b]: Weft knows no such"
                                + " options",
                        "Warning: spec.listeners[0].tls.certificateRefs[0]: there is no Secret"
                                + " default/lost",
                        "Warning: spec.gatewayClassName: there is no GatewayClass unknown");
    }

    @Test
    void splitsAreWarnedAbout() {
        assertThat(apply("default", split("first", "nobody", "web", 1, "lost", 1)).lines())
                .contains(
                        "Warning: spec.service: there is no Service default/nobody yet, so nothing"
                                + " is split",
                        "Warning: spec.backends[1].service: there is no Service default/lost: its"
                                + " share is answered 503");
        assertThat(apply("default", split("ports", "fresh", "odd", 0, "fresh", 0)).lines())
                .contains(
                        "Warning: spec.backends[0].service: Service default/odd has no port 80 of"
                                + " Service default/fresh: it gets no calls to that port",
                        "Warning: spec.backends: every weight is 0, so calls to default/fresh are"
                                + " answered 503");
        assertThat(apply("default", split("back", "odd", "fresh", 1, "odd", 1)).lines())
                .contains(
                        "Warning: spec.backends: their own splits lead back to default/odd, so this"
                                + " one is not applied");
        weft.kubectl().with("delete", "trafficsplit", "--all").run().expectSuccess();
    }

    @Test
    void policiesAreWarnedAbout() {
        assertThat(
                        apply(
                                "default",
                                MeshManifests.policy(
                                        "doubtful", "HTTPRoute", "nobody", "panicThreshold: 1\n")))
                .contains("Warning: spec.panicThreshold: concerns the endpoints of a Service")
                .contains("Warning: spec.targetRefs[0]: there is no HTTPRoute default/nobody yet");
    }

    @Test
    void aRouteOfAServiceActsByAddressHostAndFunction() throws IOException {
        assertThat(
                        apply(
                                "openfaas-fn",
                                """
                                apiVersion: gateway.networking.k8s.io/v1
                                kind: HTTPRoute
                                metadata: {name: web}
                                spec:
                                  parentRefs: [{group: "", kind: Service, name: web}]
                                  rules:
                                  - backendRefs: [{name: web, port: 80}]
                                  - matches: [{path: {value: /new}}]
                                    backendRefs: [{name: fresh, port: 80}]
                                  - matches: [{path: {type: RegularExpression, value: "/[0-9]+"}}]
                                    backendRefs: [{name: fresh, port: 80}]
                                  - matches: [{path: {value: /renamed}}]
                                    filters:
                                    - type: URLRewrite
                                      urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /named}}
                                    backendRefs: [{name: fresh, port: 80}]
                                """))
                .isEmpty();
        String address = address("openfaas-fn");

        eventually(
                () -> assertThat(edge("web.openfaas-fn", "/new/a")).isEqualTo("fresh GET /new/a"));
        assertThat(edge("web.openfaas-fn", "/a")).isEqualTo("old GET /a");
        assertThat(from("127.0.0.1", address, "/new/a").body()).isEqualTo("fresh GET /new/a");
        assertThat(edge("any", "/function/web/a")).isEqualTo("old GET /a");
        assertThat(edge("any", "/function/web")).isEqualTo("old GET /");
        assertThat(edge("any", "/function/web/new/a")).isEqualTo("fresh GET /new/a");
        assertThat(edge("any", "/function/web/7")).isEqualTo("fresh GET /7");
        assertThat(edge("any", "/function/web.openfaas-fn/renamed/a"))
                .isEqualTo("fresh GET /named/a");
    }

    @Test
    void aRouteOfAnotherNamespaceIsForTheCallersThere() throws IOException {
        apply("default", "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n");
        apply("shop", Manifests.pod("caller", "sleep 600"));
        String said =
                apply(
                        "shop",
                        """
                        apiVersion: gateway.networking.k8s.io/v1
                        kind: HTTPRoute
                        metadata: {name: web}
                        spec:
                          parentRefs: [{group: "", kind: Service, name: web, namespace: default}]
                          rules:
                          - matches: [{path: {value: /new}}]
                            backendRefs: [{name: moved, port: 80}]
                        """);
        assertThat(said).contains("there is no Service shop/moved");
        apply("shop", MeshManifests.service("moved", fresh));
        eventually(() -> assertThat(pod("caller")).isNotEmpty());
        String address = address("default");

        eventually(
                () ->
                        assertThat(from(pod("caller"), address, "/new/a").body())
                                .isEqualTo("fresh GET /new/a"));
        Answer rest = from(pod("caller"), address, "/a");
        assertThat(rest.status()).isEqualTo(404);
        assertThat(rest.cause()).isEqualTo("no-route");
        assertThat(from("127.0.0.1", address, "/new/a").body()).isEqualTo("old GET /new/a");
        eventually(
                () ->
                        assertThat(
                                        read(
                                                "httproute/web",
                                                "shop",
                                                "{.status.parents[0].conditions[0].message}"))
                                .contains("pods of namespace shop"));
        weft.kubectl().with("delete", "pod", "caller", "-n", "shop", "--now").run();
    }

    private String pod(String name) {
        return read("pod/" + name, "shop", "{.status.podIP}");
    }

    private String address(String namespace) {
        return read("service/web", namespace, "{.spec.clusterIP}");
    }

    private String read(String object, String namespace, String path) {
        return weft.kubectl()
                .with("get", object, "-n", namespace, "-o", "jsonpath=" + path)
                .run()
                .expectSuccess()
                .out();
    }

    private String edge(String host, String target) throws IOException {
        try (var wire = Wire.plain(weft.edge().getPort())) {
            return wire.ask(Ask.get(host, target)).body();
        }
    }

    private static Answer from(String ip, String address, String target) throws IOException {
        try (var wire = Wire.plain(ip, address, 8080)) {
            return wire.ask(Ask.get("web", target));
        }
    }

    /** What kubectl says beside its success. */
    private String apply(String namespace, String manifests) {
        return weft.kubectl()
                .with("apply", "-n", namespace, "-f", "-")
                .input(manifests)
                .run()
                .expectSuccess()
                .err();
    }

    private static String split(String name, String root, Object... shares) {
        var text = new StringBuilder();
        text.append(
                """
                apiVersion: split.smi-spec.io/v1alpha4
                kind: TrafficSplit
                metadata: {name: %s}
                spec:
                  service: %s
                  backends:
                """
                        .formatted(name, root));
        for (int i = 0; i < shares.length; i += 2) {
            text.append("  - {service: %s, weight: %s}\n".formatted(shares[i], shares[i + 1]));
        }
        return text.toString();
    }
}
