package dev.weft.app.endtoend;

import static dev.weft.testkit.Eventually.eventually;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.app.endtoend.Wire.Answer;
import dev.weft.app.endtoend.Wire.Ask;
import dev.weft.foundation.certificate.Authority;
import dev.weft.foundation.certificate.Identity;
import dev.weft.foundation.certificate.SubjectNames;
import dev.weft.testkit.FreePorts;
import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Whom listeners believe, whose requests rules take, and what ports say that they speak. */
@TestInstance(Lifecycle.PER_CLASS)
final class DoorsTest {
    private static final String SPIFFE = "spiffe://shop.example/ns/default/sa/website";

    private final Authority authority = Certificates.authority("shop");
    private final Authority clients = Certificates.authority("clients");
    private final List<Closeable> open = new ArrayList<>();
    private int[] ports = {};
    private WeftUp weft;
    private Peer blue;
    private Peer green;
    private Peer secured;
    private final List<String> prefaces = new java.util.concurrent.CopyOnWriteArrayList<>();

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        weft = WeftUp.in(data);
        ports = FreePorts.some(6);
        blue = Peer.plain("blue");
        green = Peer.plain("green");
        secured =
                Peer.tls(
                        "secured",
                        Certificates.context(
                                authority, Certificates.identity(authority, "in.example")));
        var listening =
                new RawPeer((in, out) -> prefaces.add(new String(in.readNBytes(24), ISO_8859_1)));
        open.addAll(List.<Closeable>of(blue::close, green::close, secured::close, listening));
        apply(
                MeshManifests.service("blue", blue)
                        + MeshManifests.service("green", green)
                        + MeshManifests.service(
                                "secured", "{name: http, port: 443, appProtocol: https}", secured)
                        + MeshManifests.service(
                                "sockets",
                                "{name: http, port: 443, appProtocol: kubernetes.io/wss}",
                                secured)
                        + MeshManifests.service(
                                "second", "{name: http, port: 80, appProtocol: kubernetes.io/h2c}")
                        + MeshManifests.slice("second", 0, listening.port())
                        + MeshManifests.authority("shop-ca", authority)
                        + MeshManifests.authority("clients-ca", clients)
                        + MeshManifests.secret(
                                "one", Certificates.identity(authority, "one.example"))
                        + MeshManifests.route(
                                "second", "- backendRefs: [{name: second, port: 80}]\n")
                        + gateway()
                        + "---\n"
                        + Manifests.pod("caller", "sleep 600")
                        + policies());
        eventually(() -> assertThat(plain(ports[1], Ask.get("a", "/")).status()).isEqualTo(200));
        eventually(() -> assertThat(plain(ports[4], Ask.get("a", "/")).status()).isEqualTo(200));
    }

    @AfterAll
    void stop() throws IOException {
        if (weft != null) {
            weft.kubectl().with("delete", "pod", "caller", "--now").run();
            weft.close();
        }
        for (Closeable one : open) {
            one.close();
        }
    }

    private String gateway() {
        return """
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: doors}
        spec:
          gatewayClassName: weft
          tls:
            frontend:
              default: {validation: {caCertificateRefs: [{group: "", kind: ConfigMap, name: clients-ca}]}}
          listeners:
          - {name: proxied, port: %1$d, protocol: HTTP}
          - {name: trusting, port: %2$d, protocol: HTTP}
          - {name: listed, port: %3$d, protocol: HTTP}
          - {name: mutual, port: %4$d, protocol: HTTPS, tls: {certificateRefs: [{name: one}]}}
          - {name: aged, port: %5$d, protocol: HTTP}
          - {name: narrow, port: %6$d, protocol: HTTP}
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: all}
        spec:
          parentRefs: [{name: doors}]
          rules:
          - backendRefs: [{name: blue, port: 80}]
          - matches: [{path: {type: Exact, value: /listed}}]
            backendRefs: [{name: green, port: 80}]
          - name: anna
            matches: [{path: {value: /mine}}]
            backendRefs: [{name: green, port: 80}]
          - matches: [{path: {value: /mine}}]
            backendRefs: [{name: blue, port: 80}]
          - matches: [{path: {value: /secured}}]
            backendRefs: [{name: secured, port: 443}]
          - matches: [{path: {value: /sockets}}]
            backendRefs: [{name: sockets, port: 443}]
        """
                .formatted(ports[0], ports[1], ports[2], ports[3], ports[4], ports[5]);
    }

    private static String policies() {
        return door("proxied", "listener: {proxyProtocol: Required}\n")
                + door("trusting", "listener: {trustedProxies: [127.0.0.0/8]}\n")
                + door("listed", "ruleOrder: AsListed\n")
                + door("aged", "maxConnectionAge: 300ms\n")
                + door("narrow", "listener: {connectionsMax: 2}\n")
                + """
                ---
                apiVersion: weft.dev/v1alpha1
                kind: TrafficPolicy
                metadata: {name: listed, namespace: weft-system}
                spec:
                  targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: edge}]
                  ruleOrder: AsListed
                """
                + MeshManifests.policy(
                                "anna",
                                "HTTPRoute",
                                "all",
                                "callers: [anna.example, \"" + SPIFFE + "\", default/caller]\n")
                        .replace("name: all}]", "name: all, sectionName: anna}]");
    }

    private static String door(String listener, String spec) {
        return MeshManifests.policy(listener, "Gateway", "doors", spec)
                .replace("name: doors}]", "name: doors, sectionName: %s}]".formatted(listener));
    }

    @Test
    void aLoadBalancerSaysWhoCalls() throws IOException {
        eventually(
                () -> {
                    for (String preamble :
                            List.of(
                                    "PROXY TCP4 203.0.113.7 127.0.0.1 1111 80\r\n",
                                    "\r\n\r\n"
                                        + "\0\r\n"
                                        + "QUIT\n"
                                        + "\u0021\u0011\0\u000c\u00cb\0\u0071\7\u007f\0\0\1\4\u0057\0P")) {
                        try (var socket = new Socket("127.0.0.1", ports[0])) {
                            socket.setSoTimeout(30_000);
                            String asked = preamble + "GET /proxied HTTP/1.1\r\nHost: a\r\n\r\n";
                            socket.getOutputStream().write(asked.getBytes(ISO_8859_1));
                            assertThat(RawPeer.head(socket.getInputStream()))
                                    .startsWith("HTTP/1.1 200 ");
                        }
                        assertThat(blue.last().header("x-forwarded-for")).isEqualTo("203.0.113.7");
                    }
                });
        try (var socket = new Socket("127.0.0.1", ports[0])) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(ISO_8859_1));
            assertThat(ended(socket)).isTrue();
        }
    }

    private static boolean ended(Socket socket) {
        try {
            return socket.getInputStream().readAllBytes().length == 0;
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void onlyTrustedProxiesAreBelieved() throws IOException {
        Ask claiming = Ask.get("a", "/claim").with("X-Forwarded-For", "198.51.100.1");
        eventually(
                () -> {
                    plain(ports[1], claiming);
                    assertThat(blue.last().header("x-forwarded-for"))
                            .isEqualTo("198.51.100.1, 127.0.0.1");
                });
        plain(ports[4], claiming);
        assertThat(blue.last().header("x-forwarded-for")).isEqualTo("127.0.0.1");
    }

    @Test
    void rulesAreAskedInEitherOrder() throws IOException {
        assertThat(plain(ports[1], Ask.get("a", "/listed")).body()).startsWith("green");
        eventually(
                () ->
                        assertThat(plain(ports[2], Ask.get("a", "/listed")).body())
                                .startsWith("blue"));
    }

    @Test
    void rulesOfTheEdgeAreAskedInTheOrderOfTheListToo() throws IOException {
        String rules =
                """
                - backendRefs: [{name: blue, port: 80}]
                - matches: [{path: {type: Exact, value: /listed}}]
                  backendRefs: [{name: green, port: 80}]
                """;
        apply(MeshManifests.route("order", rules));
        int edge = weft.edge().getPort();
        eventually(
                () ->
                        assertThat(plain(edge, Ask.get("order.example", "/listed")).body())
                                .startsWith("blue"));
        assertThat(plain(edge, Ask.get("green.default", "/listed")).body()).startsWith("green");
    }

    @Test
    void aListenerOfAGatewayOfOnesOwnTakesNoMoreThanIsSaid() throws Exception {
        eventually(
                () -> {
                    try (var first = Wire.plain(ports[5]);
                            var second = Wire.plain(ports[5]);
                            var third = new Socket("127.0.0.1", ports[5])) {
                        assertThat(first.ask(Ask.get("a", "/")).status()).isEqualTo(200);
                        assertThat(second.ask(Ask.get("a", "/")).status()).isEqualTo(200);
                        third.setSoTimeout(1000);
                        assertThat(ended(third)).isTrue();
                    }
                });
        eventually(
                () -> {
                    try (var first = Wire.plain(ports[5]);
                            var second = Wire.plain(ports[5])) {
                        assertThat(first.ask(Ask.get("a", "/")).status()).isEqualTo(200);
                        assertThat(second.ask(Ask.get("a", "/")).status()).isEqualTo(200);
                    }
                });
        // the others have room
        assertThat(plain(ports[1], Ask.get("a", "/")).status()).isEqualTo(200);
    }

    @Test
    void anOldConnectionIsAskedToComeAgain() {
        eventually(
                () -> {
                    try (var wire = Wire.plain(ports[4])) {
                        for (int i = 0; i < 200; i++) {
                            if (wire.ask(Ask.get("a", "/")).header("connection").equals("close")) {
                                return;
                            }
                            Peer.rest(5);
                        }
                        throw new AssertionError("never asked to close");
                    }
                });
    }

    @Test
    void aRuleMayBeForSomeCallersAlone() throws Exception {
        for (Identity known :
                List.of(
                        Certificates.identity(clients, "anna.example"),
                        clients.issuePeer(
                                "website",
                                new SubjectNames(List.of(), List.of(), List.of(SPIFFE)),
                                Duration.ofDays(1)))) {
            eventually(() -> assertThat(mutual(known).body()).startsWith("green"));
        }
        assertThat(mutual(Certificates.identity(clients, "bert.example")).body())
                .startsWith("blue");
        assertThat(plain(ports[1], Ask.get("a", "/mine")).body()).startsWith("blue");

        eventually(() -> assertThat(podIp()).isNotEmpty());
        eventually(
                () -> {
                    try (var wire = Wire.plain(podIp(), "127.0.0.1", ports[4])) {
                        assertThat(wire.ask(Ask.get("a", "/mine")).body()).startsWith("green");
                    }
                });
    }

    private Answer mutual(Identity shown) throws Exception {
        var context = Certificates.context(authority, shown);
        try (var wire = Wire.tls(ports[3], "one.example", context)) {
            return wire.ask(Ask.get("one.example", "/mine"));
        }
    }

    private String podIp() {
        return read("pod/caller", "{.status.podIP}");
    }

    @Test
    void aPortThatSpeaksTlsIsNeverAskedInClear() throws IOException {
        for (String path : List.of("/secured", "/sockets")) {
            Answer answer = plain(ports[1], Ask.get("a", path));
            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.cause()).isEqualTo("unsupported-protocol");
        }
        assertThat(secured.connections()).isZero();
        eventually(
                () ->
                        assertThat(
                                        read(
                                                "httproute/all",
                                                "{.status.parents[0].conditions[?(@.type==\"ResolvedRefs\")].reason}"))
                                .isEqualTo("UnsupportedProtocol"));
        String said =
                apply(
                        MeshManifests.route(
                                "warned", "- backendRefs: [{name: secured, port: 443}]\n"));
        assertThat(said).contains("speaks TLS, and no BackendTLSPolicy says whose certificate");

        for (String service : List.of("secured", "sockets")) {
            apply(
                    """
                    apiVersion: gateway.networking.k8s.io/v1
                    kind: BackendTLSPolicy
                    metadata: {name: %1$s}
                    spec:
                      targetRefs: [{group: "", kind: Service, name: %1$s}]
                      validation:
                        hostname: in.example
                        caCertificateRefs: [{group: "", kind: ConfigMap, name: shop-ca}]
                    """
                            .formatted(service));
        }
        eventually(
                () ->
                        assertThat(plain(ports[1], Ask.get("a", "/secured")).body())
                                .isEqualTo("secured GET /secured"));
        eventually(
                () ->
                        assertThat(
                                        read(
                                                "httproute/all",
                                                "{.status.parents[0].conditions[?(@.type==\"ResolvedRefs\")].status}"))
                                .isEqualTo("True"));
    }

    @Test
    void aPortThatSpeaksHttp2InClearIsAskedSo() throws IOException {
        try (var socket = new Socket("127.0.0.1", weft.edge().getPort())) {
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: second.example\r\n\r\n".getBytes(ISO_8859_1));
            eventually(() -> assertThat(prefaces).contains("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
        }
    }

    private static Answer plain(int port, Ask ask) throws IOException {
        try (var wire = Wire.plain(port)) {
            return wire.ask(ask);
        }
    }

    private String read(String object, String path) {
        return weft.kubectl()
                .with("get", object, "-o", "jsonpath=" + path)
                .run()
                .expectSuccess()
                .out();
    }

    /** What kubectl says beside its success. */
    private String apply(String manifests) {
        return weft.kubectl().with("apply", "-f", "-").input(manifests).run().expectSuccess().err();
    }
}
