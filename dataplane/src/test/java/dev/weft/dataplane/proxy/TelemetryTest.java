package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.event.ConnectionEvent;
import dev.weft.dataplane.event.Connections.Side;
import dev.weft.dataplane.event.Exposition;
import dev.weft.dataplane.event.Reading;
import dev.weft.dataplane.http.RawClient;
import dev.weft.dataplane.http2.RawOrigin;
import dev.weft.dataplane.http2.RawPeer;
import dev.weft.dataplane.http2.frame.FrameType;
import dev.weft.dataplane.route.AccessLog;
import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.Changes;
import dev.weft.dataplane.route.Listener;
import dev.weft.dataplane.route.Match;
import dev.weft.dataplane.route.Policy;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.Share;
import dev.weft.dataplane.route.Snapshot;
import dev.weft.dataplane.route.VirtualHost;
import dev.weft.dataplane.route.entrance.Entrance;
import dev.weft.dataplane.route.entrance.Network;
import dev.weft.dataplane.route.tls.TlsServer;
import dev.weft.dataplane.route.upstream.Balancer;
import dev.weft.dataplane.route.upstream.Cluster;
import dev.weft.dataplane.tls.TlsFixture;
import dev.weft.foundation.certificate.Authority;
import dev.weft.foundation.certificate.Identity;
import dev.weft.testkit.Eventually;
import dev.weft.testkit.NothingLeft;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is counted and marked of what passes. */
@Timeout(60)
@ExtendWith({NothingLeft.class, NoBufferLeaks.class})
class TelemetryTest {
    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private ProxyFixture proxy;

    @BeforeEach
    void start() throws Exception {
        proxy = new ProxyFixture();
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
    }

    private void counted(String what, Predicate<Reading> wanted) {
        Eventually.eventually(what, () -> proxy.plane.figures().series().stream().anyMatch(wanted));
    }

    private static Route route(Backend backend) {
        return Route.toOne("route", "default/root", backend);
    }

    @Test
    void aCallerIsKnownByItsAddress() throws Exception {
        Backend blue = ProxyFixture.endpoints("default/blue", proxy.named("a").address());
        var host = new VirtualHost(Set.of(VirtualHost.ANY), List.of(route(blue)));
        RawClient client = proxy.client();
        proxy.plane.apply(new Snapshot(List.of(host), List.of()));
        assertThat(client.get("/").answer().body()).isEqualTo("a");
        proxy.plane.apply(
                new Snapshot(List.of(host), List.of(), Map.of("127.0.0.1", "default/website")));
        assertThat(client.get("/").answer().body()).isEqualTo("a");
        assertThat(client.get("/").answer().body()).isEqualTo("a");
        counted(
                "one from outside",
                it -> it.name().source().equals("outside") && it.answers() == 1);
        counted(
                "two from the website",
                it ->
                        it.name().source().equals("default/website")
                                && it.name().backend().equals("default/blue")
                                && it.answers() == 2);
        assertThat(Exposition.write(proxy.plane.figures()))
                .contains("backend=\"default/blue\",source=\"default/website\",class=\"2xx\"} 2\n");
    }

    @Test
    void theShareOfTlsIsCountedAndACertificateSaysWhoCalled() throws Exception {
        Authority authority = TlsFixture.authority("Test Authority");
        var certificate = TlsFixture.certificate(TlsFixture.identity(authority, "a.example"));
        Backend blue = ProxyFixture.endpoints("default/blue", proxy.named("a").address());
        var host = new VirtualHost(Set.of(VirtualHost.ANY), List.of(route(blue)));
        Address at = ProxyFixture.free();
        var secure =
                new Listener.Http(
                        "secure",
                        at,
                        Entrance.usual()
                                .withTls(
                                        TlsFixture.server(
                                                TlsServer.Clients.MAY, authority, certificate)),
                        List.of(host));
        // the address says who calls, unless a certificate does
        proxy.plane.apply(
                new Snapshot(
                        List.of(host), List.of(secure), Map.of("127.0.0.1", "default/website")));
        String uri = "spiffe://t/ns/shop/sa/cart";
        Identity cart = TlsFixture.identity(authority, "cart.example", uri);
        Identity named = TlsFixture.identity(authority, "named.example");
        ask(authority, cart, at, 3);
        ask(authority, named, at, 2);
        ask(authority, null, at, 1);
        assertThat(proxy.client().get("/").answer().body()).isEqualTo("a");
        counted("by the URI", it -> isFrom(it, uri, 3, 3));
        counted("by the name", it -> isFrom(it, "named.example", 2, 2));
        counted("by the address", it -> isFrom(it, "default/website", 2, 1));
        assertThat(Exposition.write(proxy.plane.figures()))
                .contains("weft_requests_encrypted_total{")
                .contains("source=\"" + uri + "\"} 3\n")
                .contains("source=\"default/website\"} 1\n");
        assertThat(proxy.plane.connections().exposition())
                .contains("weft_connections_opened_total{listener=\"secure\"} 3\n")
                .contains("weft_connections_encrypted_total{listener=\"secure\"} 3\n")
                .contains("weft_connections_opened_total{listener=\"edge\"} 1\n");
    }

    private static boolean isFrom(Reading reading, String source, long answers, long encrypted) {
        return reading.name().source().equals(source)
                && reading.answers() == answers
                && reading.carried().encrypted() == encrypted;
    }

    private static void ask(Authority authority, @Nullable Identity me, Address at, int times)
            throws Exception {
        var sockets = TlsFixture.client(authority, me).getSocketFactory();
        try (var client = new RawClient(sockets.createSocket(at.ip(), at.port()))) {
            for (int i = 0; i < times; i++) {
                assertThat(client.get("/").answer().body()).isEqualTo("a");
            }
        }
    }

    @Test
    void connectionsAreCountedByListenerAndByCluster() throws Exception {
        proxy.routeTo(proxy.named("a"));
        RawClient first = proxy.client();
        assertThat(first.get("/").answer().body()).isEqualTo("a");
        first.close();
        assertThat(proxy.client().get("/").answer().body()).isEqualTo("a");
        var callers = proxy.plane.connections().of(Side.CALLERS, "edge");
        assertThat(callers.read(ConnectionEvent.OPENED)).isEqualTo(2);
        assertThat(callers.read(ConnectionEvent.ENCRYPTED)).isZero();
        Eventually.eventually("one has gone", () -> callers.read(ConnectionEvent.CLOSED) == 1);
        var endpoints = proxy.plane.connections().of(Side.ENDPOINTS, "default/blue:http");
        assertThat(endpoints.read(ConnectionEvent.OPENED)).isEqualTo(1);
        assertThat(proxy.plane.connections().exposition())
                .contains("weft_connections_opened_total{listener=\"edge\"} 2\n")
                .contains("weft_upstream_connections_opened_total{cluster=\"default/blue:http\"} ");
    }

    @Test
    void anEndpointThatTakesNoConnectionIsCounted() throws Exception {
        proxy.routeTo(ProxyFixture.endpoints("default/gone", ProxyFixture.nobody()));
        assertThat(proxy.client().get("/").answer().status()).isBetween(502, 503);
        var endpoints = proxy.plane.connections().of(Side.ENDPOINTS, "default/gone:http");
        assertThat(endpoints.read(ConnectionEvent.FAILED)).isPositive();
        assertThat(endpoints.read(ConnectionEvent.OPENED)).isZero();
    }

    @Test
    void aCopyThatIsTooLongIsCounted() throws Exception {
        Origin shadow = proxy.named("s");
        proxy.routeTo(
                ProxyFixture.endpoints("a", proxy.named("a").address()),
                Policy.usual()
                        .withChanges(
                                Changes.none()
                                        .withMirrors(
                                                List.of(
                                                        new Changes.Mirror(
                                                                ProxyFixture.endpoints(
                                                                        "shadow", shadow.address()),
                                                                Share.all())))));
        RawClient client = proxy.client();
        client.send(
                "POST /long HTTP/1.1\r\nHost: h\r\nContent-Length: 300000\r\n\r\n"
                        + "x".repeat(300_000));
        assertThat(client.answer().body()).isEqualTo("a");
        counted(
                "the copy that was not sent",
                it ->
                        it.name().route().endsWith("mirror")
                                && it.carried().copiesDropped().equals(List.of(1L, 0L, 0L)));
        assertThat(Exposition.write(proxy.plane.figures()))
                .contains("backend=\"shadow\",source=\"outside\",cause=\"body-too-long\"} 1\n");
    }

    @Test
    void whatNoRouteTakesIsWrittenDownAsItsHostIs() throws Exception {
        List<String> lines = new CopyOnWriteArrayList<>();
        proxy.plane.accessLog(
                batch ->
                        lines.addAll(
                                List.of(new String(batch, StandardCharsets.US_ASCII).split("\n"))));
        Route logged =
                route(ProxyFixture.endpoints("default/blue"))
                        .withMatch(Match.prefix("/here"))
                        .withPolicy(Policy.usual().withLog(AccessLog.whole(AccessLog.Format.JSON)));
        proxy.plane.apply(
                new Snapshot(List.of(new VirtualHost(Set.of("shop"), List.of(logged))), List.of()));
        RawClient client = proxy.client();
        client.send(
                "GET /there HTTP/1.1\r\nHost: shop\r\ntraceparent: 00-x\r\n\r\n"
                        + "GET /x HTTP/1.1\r\nHost: else\r\n\r\n");
        assertThat(client.answer().status()).isEqualTo(404);
        assertThat(client.answer().status()).isEqualTo(404);
        Eventually.eventually("two lines are written", () -> lines.size() == 2);
        assertThat(lines.getFirst())
                .contains("\"host\":\"shop\",\"target\":\"/there\"")
                .contains("\"status\":404")
                .contains("\"cause\":\"no-route\"");
        assertThat(lines.getLast()).contains("\"host\":\"else\"");
    }

    private String traced(RawClient client, Origin origin, String field) throws IOException {
        client.send("GET / HTTP/1.1\r\nHost: h\r\n" + field + "\r\n");
        assertThat(client.answer().body()).isEqualTo("a");
        return origin.requests().getLast().field("traceparent");
    }

    @Test
    void whetherARequestIsTracedIsDecidedOnceAndOnlyATrustedPeerDecidesForUs() throws Exception {
        Origin origin = proxy.named("a");
        Backend blue = ProxyFixture.endpoints("default/blue", origin.address());
        var host = new VirtualHost(Set.of(VirtualHost.ANY), List.of(route(blue)));
        Address address = ProxyFixture.nobody();
        var trusting =
                new Listener.Http(
                        "trusting",
                        address,
                        Entrance.usual().withTrusted(Set.of(Network.parse("127.0.0.0/8"))),
                        List.of(host));
        proxy.plane.apply(new Snapshot(List.of(host), List.of(trusting)));
        RawClient stranger = proxy.client();
        try (var trusted = RawClient.to(new InetSocketAddress(address.ip(), address.port()))) {
            String parent = "traceparent: " + TRACE + "\r\n";
            assertThat(traced(stranger, origin, "")).endsWith("-01");
            assertThat(traced(stranger, origin, parent)).isEqualTo(TRACE);
            proxy.plane.sampling(Share.none());
            assertThat(traced(stranger, origin, "")).endsWith("-00");
            assertThat(traced(stranger, origin, parent)).isEqualTo(TRACE.replaceAll("-01$", "-00"));
            assertThat(traced(trusted, origin, parent)).isEqualTo(TRACE);
            assertThat(traced(trusted, origin, "")).endsWith("-00");
            proxy.plane.sampling(Share.percent(50));
            int taken = 0;
            for (int i = 0; i < 200; i++) {
                taken += traced(stranger, origin, "").endsWith("-01") ? 1 : 0;
            }
            assertThat(taken).isBetween(50, 150);
            String once = traced(stranger, origin, parent);
            for (int i = 0; i < 5; i++) {
                assertThat(traced(stranger, origin, parent)).as("by the trace").isEqualTo(once);
            }
        }
    }

    @Test
    void answersOfGrpcAreCountedByTheirStatus() throws Exception {
        try (var origin =
                        RawOrigin.start(
                                peer -> {
                                    peer.settings();
                                    RawPeer.Frame request;
                                    while ((request = peer.request()) != null) {
                                        peer.headers(
                                                request.stream(),
                                                true,
                                                ":status",
                                                "200",
                                                "content-type",
                                                "application/grpc",
                                                "grpc-status",
                                                request.path().substring(1));
                                    }
                                });
                var client = RawPeer.to(proxy.plane.edges().getFirst())) {
            var endpoints = ProxyFixture.endpoints("default/blue", origin.address());
            proxy.routeTo(
                    endpoints.withTerms(endpoints.terms().withProtocol(Cluster.Protocol.HTTP2)));
            int stream = 1;
            for (String status : List.of("0", "0", "5", "13")) {
                String[] fields =
                        RawPeer.request(
                                "POST",
                                "/" + status,
                                "content-type",
                                "application/grpc",
                                "te",
                                "trailers");
                client.headers(stream, true, fields).await(FrameType.HEADERS, stream);
                stream += 2;
            }
            counted("four answers", it -> it.carried().grpc().equals(List.of(2L, 1L, 1L)));
            assertThat(Exposition.write(proxy.plane.figures()))
                    .contains("source=\"outside\",grpc=\"refused\"} 1\n");
        }
    }

    @Test
    void theStackSaysHowEndpointsAreChosen() {
        var blue = ProxyFixture.endpoints("default/blue", new Address("127.0.0.1", 9));
        assertThat(stack(blue)).contains("default/blue, of two drawn the one that is quicker");
        assertThat(stack(choosing(blue, new Balancer.Choosing.RoundRobin())))
                .contains("default/blue, in turn:");
        assertThat(
                        stack(
                                choosing(
                                        blue,
                                        new Balancer.Choosing.ConsistentHash(
                                                new Balancer.HashKey.Header("x-user")))))
                .contains("default/blue, by the header x-user:");
    }

    private static Backend choosing(Backend.Endpoints of, Balancer.Choosing by) {
        return of.withTerms(of.terms().withBalancer(Balancer.of(by)));
    }

    private String stack(Backend backend) {
        proxy.routeTo(backend);
        return proxy.plane.stack(VirtualHost.ANY).orElseThrow();
    }
}
