package dev.weft.app.endtoend;

import static dev.weft.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.app.endtoend.Wire.Answer;
import dev.weft.app.endtoend.Wire.Ask;
import dev.weft.foundation.certificate.Authority;
import dev.weft.testkit.FreePorts;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Listeners of a Gateway and TLS on both sides, applied with the real kubectl. */
@TestInstance(Lifecycle.PER_CLASS)
final class ListenersTest {
    private final Authority authority = Certificates.authority("shop");
    private final Authority strange = Certificates.authority("strange");
    private final Authority clients = Certificates.authority("clients");
    private final List<Peer> peers = new ArrayList<>();
    private int[] ports = {};
    private WeftUp weft;
    private Peer web;
    private Peer inside;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        weft = WeftUp.in(data);
        ports = FreePorts.some(6);
        web = peer(Peer.plain("web"));
        inside =
                peer(
                        Peer.tls(
                                "inside",
                                Certificates.context(
                                        authority,
                                        Certificates.identity(authority, "in.example"))));
        Peer calls =
                peer(Peer.plain("calls"))
                        .doing(
                                it ->
                                        new Peer.Reply(
                                                200,
                                                Map.of("Content-Type", "application/grpc"),
                                                "called " + it.target()));
        apply(
                MeshManifests.service("web", web)
                        + MeshManifests.service(
                                "inside", "{name: http, port: 443, appProtocol: http}", inside)
                        + MeshManifests.service(
                                "distrusted", "{name: http, port: 443, appProtocol: http}", inside)
                        + MeshManifests.service(
                                "orphaned", "{name: http, port: 443, appProtocol: http}", inside)
                        + MeshManifests.service(
                                "raw", "{name: http, port: 443, appProtocol: tcp}", inside)
                        + MeshManifests.service("calls", calls)
                        + toTheEdge()
                        + MeshManifests.secret(
                                "one", Certificates.identity(authority, "one.example"))
                        + MeshManifests.secret(
                                "two", Certificates.identity(authority, "two.example"))
                        + MeshManifests.authority("shop-ca", authority)
                        + MeshManifests.authority("strange-ca", strange)
                        + MeshManifests.authority("clients-ca", clients)
                        + trust("inside", "shop-ca")
                        + trust("distrusted", "strange-ca")
                        + trust("orphaned", "no-such-ca"));
        apply(
                gateway()
                        + routes()
                        + MeshManifests.policy(
                                        "limited",
                                        "HTTPRoute",
                                        "secure",
                                        "rateLimit: {requestsPerSecond: 0.001, burst: 1, perClient:"
                                                + " Identity}\n")
                                .replace("name: secure}]", "name: secure, sectionName: limited}]"));
        eventually(() -> assertThat(programmed()).isEqualTo("True"));
        eventually(() -> assertThat(secure("one", "one", "/").status()).isEqualTo(200));
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

    /** The platform's own edge speaks HTTP/2 in clear, so it can stand for a server of gRPC. */
    private String toTheEdge() {
        return """
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: greeter}
        spec: {ports: [{name: http, port: 80}]}
        """
                + MeshManifests.slice("greeter", 0, weft.edge().getPort());
    }

    private static String trust(String service, String authority) {
        return """
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: BackendTLSPolicy
        metadata: {name: %1$s}
        spec:
          targetRefs: [{group: "", kind: Service, name: %1$s}]
          validation:
            hostname: in.example
            caCertificateRefs: [{group: "", kind: ConfigMap, name: %2$s}]
        """
                .formatted(service, authority);
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
            backend: {clientCertificateRef: {group: "", kind: Secret, name: two}}
            frontend:
              default: {}
              perPort:
              - port: %2$d
                tls: {validation: {caCertificateRefs: [{group: "", kind: ConfigMap, name: clients-ca}]}}
          listeners:
          - {name: one, port: %1$d, protocol: HTTPS, hostname: one.example, tls: {certificateRefs: [{name: one}]}}
          - {name: two, port: %1$d, protocol: HTTPS, hostname: two.example, tls: {certificateRefs: [{name: two}]}}
          - {name: mutual, port: %2$d, protocol: HTTPS, tls: {certificateRefs: [{name: one}]}}
          - {name: passed, port: %3$d, protocol: TLS, hostname: "*.example", tls: {mode: Passthrough}}
          - name: ended
            port: %4$d
            protocol: TLS
            tls: {certificateRefs: [{name: one}]}
            allowedRoutes: {kinds: [{kind: TCPRoute}]}
          - {name: raw, port: %5$d, protocol: TCP}
        """
                .formatted(ports[0], ports[1], ports[2], ports[3], ports[4]);
    }

    private static String routes() {
        return """
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: secure}
        spec:
          parentRefs:
          - {name: doors, sectionName: one}
          - {name: doors, sectionName: two}
          - {name: doors, sectionName: mutual}
          rules:
          - backendRefs: [{name: web, port: 80}]
          - name: limited
            matches: [{path: {value: /limited}}]
            backendRefs: [{name: web, port: 80}]
          - matches: [{path: {value: /inside}}]
            backendRefs: [{name: inside, port: 443}]
          - matches: [{path: {value: /distrusted}}]
            backendRefs: [{name: distrusted, port: 443}]
          - matches: [{path: {value: /orphaned}}]
            backendRefs: [{name: orphaned, port: 443}]
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: TLSRoute
        metadata: {name: passed}
        spec:
          parentRefs: [{name: doors, sectionName: passed}]
          hostnames: [in.example]
          rules: [{backendRefs: [{name: raw, port: 443}]}]
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: TCPRoute
        metadata: {name: ended}
        spec:
          parentRefs: [{name: doors, sectionName: ended}, {name: doors, sectionName: raw}]
          rules: [{backendRefs: [{name: web, port: 80}]}]
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: GRPCRoute
        metadata: {name: greeter}
        spec:
          parentRefs: [{name: doors, sectionName: one}]
          rules:
          - matches: [{method: {service: hello.Greeter, method: Greet}}]
            backendRefs: [{name: greeter, port: 80}]
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: greeter}
        spec:
          parentRefs: [{name: edge, namespace: weft-system}]
          hostnames: [one.example]
          rules: [{backendRefs: [{name: calls, port: 80}]}]
        """;
    }

    @Test
    void theServerNameChoosesTheCertificate() throws Exception {
        assertThat(shown("one.example")).contains("one.example");
        assertThat(shown("two.example")).contains("two.example");
        assertThat(secure("one", "one", "/a").body()).isEqualTo("web GET /a");
    }

    @Test
    void anotherHostThanTheOneAskedForIsMisdirected() throws Exception {
        Answer answer = secure("one", "two", "/");

        assertThat(answer.status()).isEqualTo(421);
        assertThat(answer.cause()).isEqualTo("misdirected");
    }

    @Test
    void certificatesAreReplacedWithoutAFailure() throws Exception {
        var failures = new ArrayList<String>();
        var asked = new AtomicInteger();
        var stop = new AtomicBoolean();
        Thread load =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    while (!stop.get()) {
                                        try {
                                            if (secure("two", "two", "/").status() != 200) {
                                                failures.add("refused");
                                            }
                                            asked.incrementAndGet();
                                        } catch (IOException e) {
                                            failures.add(e.toString());
                                        }
                                    }
                                });
        eventually(() -> assertThat(asked.get()).isGreaterThan(5));
        X509Certificate before = certificate("two.example");
        apply(MeshManifests.secret("two", Certificates.identity(authority, "two.example")));
        eventually(() -> assertThat(certificate("two.example")).isNotEqualTo(before));
        int then = asked.get();
        eventually(() -> assertThat(asked.get()).isGreaterThan(then + 5));
        stop.set(true);
        load.join();
        assertThat(failures).isEmpty();
    }

    @Test
    void clientsMustShowACertificateWhereOneIsAskedFor() throws Exception {
        SSLContext known =
                Certificates.context(authority, Certificates.identity(clients, "anna.example"));
        try (var wire = Wire.tls(ports[1], "one.example", known)) {
            assertThat(wire.ask(Ask.get("one.example", "/known")).status()).isEqualTo(200);
        }
        assertThat(web.seen())
                .anyMatch(
                        it ->
                                it.target().equals("/known")
                                        && it.header("x-forwarded-client-cert")
                                                .contains("anna.example"));
        SSLContext unknown =
                Certificates.context(authority, Certificates.identity(strange, "bert.example"));
        for (SSLContext context : List.of(trusting(), unknown)) {
            assertThatThrownBy(
                            () -> {
                                try (var wire = Wire.tls(ports[1], "one.example", context)) {
                                    wire.ask(Ask.get("one.example", "/"));
                                }
                            })
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void eachIdentityHasALimitOfItsOwn() throws Exception {
        var statuses = new ArrayList<Integer>();
        for (String name : List.of("carl.example", "carl.example", "dora.example")) {
            SSLContext known =
                    Certificates.context(authority, Certificates.identity(clients, name));
            try (var wire = Wire.tls(ports[1], "one.example", known)) {
                statuses.add(wire.ask(Ask.get("one.example", "/limited")).status());
            }
        }
        assertThat(statuses).containsExactly(200, 429, 200);
    }

    @Test
    void tlsIsPassedOnByItsServerName() throws Exception {
        try (var wire = Wire.tls(ports[2], "in.example", trusting())) {
            assertThat(wire.ask(Ask.get("in.example", "/passed")).body())
                    .isEqualTo("inside GET /passed");
        }
        assertThatThrownBy(() -> Wire.tls(ports[2], "other.example", trusting()).close())
                .isInstanceOf(IOException.class);
    }

    @Test
    void tlsIsTakenOffBeforeBytesArePassedOn() throws Exception {
        try (var wire = Wire.tls(ports[3], "one.example", trusting())) {
            assertThat(wire.ask(Ask.get("any.example", "/ended")).body())
                    .isEqualTo("web GET /ended");
        }
        try (var wire = Wire.plain(ports[4])) {
            assertThat(wire.ask(Ask.get("any.example", "/raw")).body()).isEqualTo("web GET /raw");
        }
    }

    @Test
    void callsOfGrpcAreMatchedByTheirMethod() throws Exception {
        assertThat(called("/hello.Greeter/Greet")).isEqualTo("called /hello.Greeter/Greet");
        assertThat(called("/hello.Greeter/Part")).isEqualTo("web POST /hello.Greeter/Part");
    }

    /**
     * The head of a call; the route's backend is spoken to by HTTP/2, whatever the caller speaks.
     */
    private String called(String path) throws IOException {
        try (var wire = Wire.tls(ports[0], "one.example", trusting())) {
            return wire.ask(
                            Ask.get("one.example", path)
                                    .method("POST")
                                    .with("Content-Type", "application/grpc")
                                    .with("TE", "trailers")
                                    .body("12345"))
                    .body();
        }
    }

    @Test
    void endpointsAreSpokenToWithTlsAndBelievedOnlyIfSigned() throws Exception {
        assertThat(secure("one", "one", "/inside").body()).isEqualTo("inside GET /inside");
        assertThat(inside.seen()).anyMatch(it -> it.header("shown").contains("two.example"));

        Answer distrusted = secure("one", "one", "/distrusted");
        assertThat(distrusted.status()).isEqualTo(502);
        assertThat(distrusted.cause()).isEqualTo("upstream-tls");

        Answer orphaned = secure("one", "one", "/orphaned");
        assertThat(orphaned.status()).isEqualTo(500);
        assertThat(orphaned.cause()).isEqualTo("no-authority");
        eventually(
                () ->
                        assertThat(
                                        weft.kubectl()
                                                .with(
                                                        "get",
                                                        "backendtlspolicy",
                                                        "orphaned",
                                                        "-o",
                                                        "jsonpath={.status.ancestors[0].conditions[*].reason}")
                                                .run()
                                                .expectSuccess()
                                                .out())
                                .contains("NoValidCACertificate", "InvalidCACertificateRef"));
    }

    /** A new one each time: a session that goes on says the server name that it began with. */
    private SSLContext trusting() {
        try {
            return Certificates.context(authority, null);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private Answer secure(String serverName, String host, String target) throws IOException {
        try (var wire = Wire.tls(ports[0], serverName + ".example", trusting())) {
            return wire.ask(Ask.get(host + ".example", target));
        }
    }

    private String shown(String serverName) throws Exception {
        return String.valueOf(certificate(serverName).getSubjectAlternativeNames());
    }

    private X509Certificate certificate(String serverName) throws IOException {
        try (var wire = Wire.tls(ports[0], serverName, trusting())) {
            return (X509Certificate)
                    ((SSLSocket) wire.socket()).getSession().getPeerCertificates()[0];
        }
    }

    private String programmed() {
        return weft.kubectl()
                .with(
                        "get",
                        "gateway",
                        "doors",
                        "-o",
                        "jsonpath={.status.conditions[?(@.type==\"Programmed\")].status}")
                .run()
                .expectSuccess()
                .out();
    }

    private Peer peer(Peer peer) {
        peers.add(peer);
        return peer;
    }

    private void apply(String manifests) {
        weft.kubectl().with("apply", "-f", "-").input(manifests).run().expectSuccess();
    }
}
