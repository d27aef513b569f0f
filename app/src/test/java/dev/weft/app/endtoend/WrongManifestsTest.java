package dev.weft.app.endtoend;

import static dev.weft.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.app.endtoend.Wire.Answer;
import dev.weft.app.endtoend.Wire.Ask;
import dev.weft.foundation.certificate.Authority;
import dev.weft.testkit.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with a Gateway or a route stands in its status, by the API's own reasons. */
@TestInstance(Lifecycle.PER_CLASS)
final class WrongManifestsTest {
    private final Authority authority = Certificates.authority("shop");
    private WeftUp weft;
    private Peer blue;
    private ServerSocket taken;
    private int port;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        weft = WeftUp.in(data);
        blue = Peer.plain("blue");
        taken = new ServerSocket(0, 8, InetAddress.ofLiteral("127.0.0.1"));
        port = FreePorts.one();
        apply("default", "apiVersion: v1\nkind: Namespace\nmetadata: {name: bank}\n");
        apply("bank", MeshManifests.secret("vault", Certificates.identity(authority, "v.example")));
        apply(
                "default",
                MeshManifests.service("blue", blue)
                        + MeshManifests.secret(
                                "good", Certificates.identity(authority, "g.example"))
                        + gateway()
                        + routes());
    }

    @AfterAll
    void stop() throws IOException {
        if (weft != null) {
            weft.close();
        }
        blue.close();
        taken.close();
    }

    private String gateway() {
        return """
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: empty}
        data: {}
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: wrong}
        spec:
          gatewayClassName: weft
          listeners:
          - {name: good, port: %1$d, protocol: HTTP, hostname: "*.good.example"}
          - {name: protocol, port: %5$d, protocol: HTTPS, hostname: p.example, tls: {certificateRefs: [{name: good}]}}
          - {name: clear, port: %5$d, protocol: HTTP}
          - {name: missing, port: %2$d, protocol: HTTPS, hostname: m.example, tls: {certificateRefs: [{name: lost}]}}
          - {name: unfit, port: %2$d, protocol: HTTPS, hostname: u.example, tls: {certificateRefs: [{name: empty}]}}
          - {name: stranger, port: %2$d, protocol: HTTPS, hostname: s.example, tls: {certificateRefs: [{name: vault, namespace: bank}]}}
          - {name: taken, port: %3$d, protocol: HTTP}
          - {name: kinds, port: %4$d, protocol: HTTP, allowedRoutes: {kinds: [{kind: UDPRoute}, {kind: HTTPRoute}]}}
          - {name: udp, port: %4$d, protocol: UDP}
        """
                .formatted(
                        port, other(port, 1), taken.getLocalPort(), other(port, 2), other(port, 3));
    }

    /** Another port than one, which need not be free. */
    private static int other(int port, int by) {
        return port > 60_000 ? port - by : port + by;
    }

    private static String routes() {
        return route("fine", "{name: wrong}", "[a.good.example]", BLUE)
                + route("name", "{name: wrong, sectionName: good}", "[a.bad.example]", BLUE)
                + route("section", "{name: wrong, sectionName: none}", "[]", BLUE)
                + route("expression", EDGE, "[expression.example]", EXPRESSION)
                + route("partly", EDGE, "[partly.example]", EXPRESSION + BLUE)
                + route("weightless", EDGE, "[weightless.example]", WEIGHTLESS)
                + route("lost", EDGE, "[lost.example]", BLUE.replace("blue", "nobody"))
                + route("port", EDGE, "[port.example]", BLUE.replace("80", "81"))
                + """
                ---
                apiVersion: gateway.networking.k8s.io/v1alpha2
                kind: TCPRoute
                metadata: {name: kind}
                spec:
                  parentRefs: [{name: wrong, sectionName: good}]
                  rules: [{backendRefs: [{name: blue, port: 80}]}]
                """;
    }

    private static final String EDGE = "{name: edge, namespace: weft-system}";
    private static final String BLUE = "- backendRefs: [{name: blue, port: 80}]\n";
    private static final String WEIGHTLESS =
            "- backendRefs: [{name: blue, port: 80, weight: 0}, {name: blue, port: 80, weight:"
                    + " 0}]\n";
    private static final String EXPRESSION =
            "- matches: [{path: {type: RegularExpression, value: \"/a(\"}}]\n"
                    + "  backendRefs: [{name: blue, port: 80}]\n";

    private static String route(String name, String parent, String hostnames, String rules) {
        return """
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: %s}
        spec:
          parentRefs: [%s]
          hostnames: %s
          rules:
        %s
        """
                .formatted(name, parent, hostnames, rules.indent(2));
    }

    @Test
    void eachListenerSaysWhatIsWrongWithIt() {
        var wanted = new ArrayList<String>();
        Map.of(
                        "good", "Accepted=True/Accepted Conflicted=False/NoConflicts",
                        "protocol", "Conflicted=True/ProtocolConflict",
                        "clear", "Conflicted=True/ProtocolConflict",
                        "missing", "ResolvedRefs=False/InvalidCertificateRef Programmed=False/",
                        "unfit", "ResolvedRefs=False/InvalidCertificateRef",
                        "stranger", "ResolvedRefs=False/RefNotPermitted",
                        "taken", "Accepted=True/Accepted Programmed=False/Invalid",
                        "kinds", "ResolvedRefs=False/InvalidRouteKinds",
                        "udp", "Accepted=False/UnsupportedProtocol")
                .forEach((name, said) -> wanted.add(name + " " + said));
        eventually(
                () -> {
                    for (String each : wanted) {
                        List<String> words = List.of(each.split(" "));
                        String conditions = conditions(words.getFirst());
                        assertThat(conditions)
                                .as(words.getFirst())
                                .contains(words.subList(1, words.size()));
                    }
                });
        assertThat(read("gateway/wrong", "{.status.listeners[?(@.name==\"good\")].attachedRoutes}"))
                .isEqualTo("1");
        assertThat(read("gateway/wrong", "{.status.conditions[?(@.type==\"Accepted\")].reason}"))
                .isEqualTo("ListenersNotValid");
    }

    private String conditions(String listener) {
        return read(
                "gateway/wrong",
                "{range .status.listeners[?(@.name==\"%s\")].conditions[*]}{.type}={.status}/{.reason} {end}"
                        .formatted(listener));
    }

    @Test
    void eachRouteSaysWhyItDoesNotAttach() {
        Map<String, String> reasons =
                Map.of(
                        "httproute/fine", "Accepted=True/Accepted",
                        "httproute/name", "Accepted=False/NoMatchingListenerHostname",
                        "httproute/section", "Accepted=False/NoMatchingParent",
                        "tcproute/kind", "Accepted=False/NotAllowedByListeners",
                        "httproute/expression", "Accepted=False/UnsupportedValue",
                        "httproute/lost", "ResolvedRefs=False/BackendNotFound",
                        "httproute/port", "ResolvedRefs=False/BackendNotFound");
        eventually(
                () ->
                        reasons.forEach(
                                (route, reason) ->
                                        assertThat(
                                                        read(
                                                                route,
                                                                "{range"
                                                                    + " .status.parents[0].conditions[*]}{.type}={.status}/{.reason}"
                                                                    + " {end}"))
                                                .as(route)
                                                .contains(reason)));
    }

    @Test
    void aRuleWhoseExpressionCannotBeReadIsDroppedAndSaidToBe() {
        eventually(
                () ->
                        assertThat(
                                        read(
                                                "httproute/partly",
                                                "{range"
                                                    + " .status.parents[0].conditions[*]}{.type}={.status}/{.reason}:{.message}"
                                                    + " {end}"))
                                .contains(
                                        "Accepted=True/Accepted",
                                        "PartiallyInvalid=True/UnsupportedValue:Dropped Rule"
                                                + " rules[0].matches[0]: "));
        eventually(
                () -> {
                    try (var wire = Wire.plain(weft.edge().getPort())) {
                        // the next rule takes what it was for
                        Answer answer = wire.ask(Ask.get("partly.example", "/a("));
                        assertThat(answer.body()).startsWith("blue");
                    }
                });
        String said =
                weft.kubectl()
                        .with("apply", "-f", "-")
                        .input(route("partly-too", EDGE, "[too.example]", EXPRESSION + BLUE))
                        .run()
                        .expectSuccess()
                        .err();
        assertThat(said)
                .contains("Warning: spec.rules[0].matches[0]: ")
                .contains("; the rule is dropped, and takes no requests");
    }

    @Test
    void whatLeadsNowhereIsAnsweredWithItsCause() {
        Map<String, String> causes =
                Map.of(
                        "weightless", "500 no-weight",
                        "lost", "500 no-such-backend",
                        "port", "500 no-such-backend");
        eventually(
                () -> {
                    for (Map.Entry<String, String> one : causes.entrySet()) {
                        try (var wire = Wire.plain(weft.edge().getPort())) {
                            Answer answer = wire.ask(Ask.get(one.getKey() + ".example", "/"));
                            assertThat(answer.status() + " " + answer.cause())
                                    .as(one.getKey())
                                    .isEqualTo(one.getValue());
                        }
                    }
                });
    }

    private String read(String object, String path) {
        return weft.kubectl()
                .with("get", object, "-o", "jsonpath=" + path)
                .run()
                .expectSuccess()
                .out();
    }

    private void apply(String namespace, String manifests) {
        weft.kubectl()
                .with("apply", "-n", namespace, "-f", "-")
                .input(manifests)
                .run()
                .expectSuccess();
    }
}
