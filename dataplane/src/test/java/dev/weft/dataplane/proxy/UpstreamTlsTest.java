package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.event.Handshakes.Side;
import dev.weft.dataplane.http.Headers;
import dev.weft.dataplane.http.RawClient;
import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.Listener;
import dev.weft.dataplane.route.Policy;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.Snapshot;
import dev.weft.dataplane.route.Timeouts;
import dev.weft.dataplane.route.VirtualHost;
import dev.weft.dataplane.route.entrance.Entrance;
import dev.weft.dataplane.route.tls.TlsClient;
import dev.weft.dataplane.route.tls.TlsServer;
import dev.weft.dataplane.route.tls.TlsServer.Clients;
import dev.weft.dataplane.route.upstream.Cluster;
import dev.weft.dataplane.route.upstream.Pooling;
import dev.weft.dataplane.service.Call;
import dev.weft.dataplane.tls.TlsEngine;
import dev.weft.dataplane.tls.TlsFixture;
import dev.weft.foundation.certificate.Authority;
import dev.weft.foundation.certificate.Identity;
import dev.weft.testkit.NothingLeft;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** TLS towards endpoints, with each engine; the endpoint is a listener of the same data plane. */
@Timeout(60)
@ExtendWith({NothingLeft.class, NoBufferLeaks.class})
class UpstreamTlsTest {
    private static final String URI = "spiffe://t/ns/default/sa/web";

    private final Authority authority = TlsFixture.authority("Servers");
    private final Authority other = TlsFixture.authority("Others");
    private final Identity server = TlsFixture.identity(authority, "web.example", URI);
    private final Identity us = TlsFixture.identity(other, "us.example", "spiffe://t/us");
    @RegisterExtension final Proxies proxies = new Proxies();
    private Address at = new Address("127.0.0.1", 0);

    private ProxyFixture proxy(TlsEngine engine) throws IOException {
        var proxy = new ProxyFixture(2, engine);
        proxy.plane.local("who", UpstreamTlsTest::who);
        proxies.keep(proxy);
        at = ProxyFixture.free();
        return proxy;
    }

    private static void who(Call call) throws IOException {
        String text = call.peer().tls().map(tls -> tls.serverName() + tls.uris()).orElse("clear");
        if (call.path().equals("/spoken")) {
            text = call.peer().http2() ? "HTTP/2" : "HTTP/1.1";
        }
        var fields = Headers.none();
        call.answer(200, fields, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The edge sends everything to the address, believing what is said. */
    private static Snapshot to(Address address, TlsClient tls, @Nullable TlsServer shown) {
        return to(address, tls, shown, Cluster.Protocol.HTTP1);
    }

    private static Snapshot to(
            Address address, TlsClient tls, @Nullable TlsServer shown, Cluster.Protocol protocol) {
        var backend = ProxyFixture.endpoints("default/web", address);
        // so that every request shakes hands
        var once = new Pooling(100, 100, 1, Duration.ofSeconds(4), Duration.ZERO, 0);
        var policy =
                Policy.usual()
                        .withTimeouts(Timeouts.usual().withConnect(Duration.ofSeconds(20)))
                        .withRetry(dev.weft.dataplane.route.Retry.never());
        var route =
                Route.toOne(
                                "web",
                                "default/web",
                                backend.withTerms(
                                        backend.terms()
                                                .withTls(tls)
                                                .withProtocol(protocol)
                                                .withPooling(once)))
                        .withPolicy(policy);
        List<Listener> listeners = List.of();
        if (shown != null) {
            var who = Route.toOne("who", "default/who", new Backend.Local("who"));
            listeners =
                    List.of(
                            new Listener.Http(
                                    "origin",
                                    address,
                                    Entrance.usual().withTls(shown),
                                    List.of(
                                            new VirtualHost(
                                                    Set.of(VirtualHost.ANY), List.of(who)))));
        }
        return new Snapshot(
                List.of(new VirtualHost(Set.of(VirtualHost.ANY), List.of(route))), listeners);
    }

    private TlsClient trusting(String name, String... names) {
        return new TlsClient(name, List.of(authority.certificatePem()), Set.of(names), null, true);
    }

    private String ask(ProxyFixture proxy, TlsClient tls, @Nullable TlsServer shown)
            throws IOException {
        proxy.plane.apply(to(at, tls, shown));
        return ask(proxy);
    }

    private static String ask(ProxyFixture proxy) throws IOException {
        try (RawClient client = proxy.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            RawClient.Answer answer = client.answer();
            return answer.status() + " " + answer.field("weft-cause") + " " + answer.body();
        }
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void anEndpointIsBelievedByItsNameOrByASubject(TlsEngine engine) throws Exception {
        ProxyFixture proxy = proxy(engine);
        TlsServer shown = TlsFixture.server(TlsFixture.certificate(server));
        assertThat(ask(proxy, trusting("web.example"), shown)).isEqualTo("200  web.example[]");
        assertThat(ask(proxy, trusting("sni.example", URI), shown)).isEqualTo("200  sni.example[]");
        assertThat(ask(proxy, trusting("sni.example", "web.example", "x.example"), shown))
                .isEqualTo("200  sni.example[]");
        assertThat(ask(proxy, trusting("127.0.0.1"), shown)).startsWith("200");
        var blind = new TlsClient("x.example", List.of(), Set.of(), null, false);
        assertThat(ask(proxy, blind, shown)).startsWith("200");
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void whatIsNotBelievedIsSaid(TlsEngine engine) throws Exception {
        ProxyFixture proxy = proxy(engine);
        TlsServer shown = TlsFixture.server(TlsFixture.certificate(server));
        assertThat(ask(proxy, trusting("wrong.example"), shown))
                .startsWith("502 upstream-tls")
                .contains("its certificate is for web.example, " + URI)
                .contains("(expected: wrong.example)");
        assertThat(ask(proxy, trusting("web.example", "spiffe://t/else"), shown))
                .startsWith("502 upstream-tls")
                .contains("expected: one of spiffe://t/else");
        var stranger =
                new TlsClient("web.example", List.of(other.certificatePem()), Set.of(), null, true);
        assertThat(ask(proxy, stranger, shown))
                .startsWith("502 upstream-tls")
                .contains("signed by \"CN=Servers\"")
                .contains("expected: a trusted authority");
        TlsServer late =
                TlsFixture.server(
                        TlsFixture.certificate(TlsFixture.expired(authority, "web.example")));
        assertThat(ask(proxy, trusting("web.example"), late))
                .startsWith("502 upstream-tls")
                .contains("expired at 2");
        assertThat(proxy.plane.handshakes().read(Side.CLIENT).failed()).isEqualTo(4);
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void anEndpointKnowsUsByOurCertificate(TlsEngine engine) throws Exception {
        ProxyFixture proxy = proxy(engine);
        TlsServer shown = TlsFixture.server(Clients.MUST, other, TlsFixture.certificate(server));
        var with =
                new TlsClient(
                        "web.example",
                        List.of(authority.certificatePem()),
                        Set.of(),
                        TlsFixture.certificate(us),
                        true);
        assertThat(ask(proxy, with, shown)).isEqualTo("200  web.example[spiffe://t/us]");
        assertThat(ask(proxy, trusting("web.example"), shown)).startsWith("502 upstream-");
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void anEndpointThatSpeaksNoTlsIsNamed(TlsEngine engine) throws Exception {
        ProxyFixture proxy = proxy(engine);
        Origin plain =
                proxy.origin(
                        talk -> {
                            talk.send("220 hello, this is something else\r\n");
                            talk.line();
                        });
        at = plain.address();
        assertThat(ask(proxy, trusting("web.example"), null))
                .startsWith("502 upstream-tls")
                .contains("it does not speak TLS");
        Origin leaving = proxy.origin(Origin.Talk::close);
        at = leaving.address();
        assertThat(ask(proxy, trusting("web.example"), null)).startsWith("502 upstream-tls");
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void settingsThatCannotBeUsedFailEachRequestWithTheReason(TlsEngine engine) throws Exception {
        ProxyFixture proxy = proxy(engine);
        var broken =
                new TlsClient(
                        "web.example",
                        List.of("-----BEGIN CERTIFICATE-----\n?\n-----END CERTIFICATE-----"),
                        Set.of(),
                        null,
                        true);
        at = proxy.named("plain").address();
        assertThat(ask(proxy, broken, null))
                .startsWith("502 upstream-tls")
                .contains("cannot be used");
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void sessionsAreTakenUpAgain(TlsEngine engine) throws Exception {
        ProxyFixture proxy = proxy(engine);
        TlsServer shown = TlsFixture.server(Clients.MUST, other, TlsFixture.certificate(server));
        var with =
                new TlsClient(
                        "web.example",
                        List.of(authority.certificatePem()),
                        Set.of(),
                        TlsFixture.certificate(us),
                        true);
        proxy.plane.apply(to(at, with, shown));
        for (int i = 0; i < 8; i++) {
            assertThat(ask(proxy)).isEqualTo("200  web.example[spiffe://t/us]");
        }
        var client = proxy.plane.handshakes().read(Side.CLIENT);
        assertThat(client.full()).isBetween(1L, 2L);
        assertThat(client.resumed()).isGreaterThanOrEqualTo(6);
        assertThat(proxy.plane.handshakes().read(Side.SERVER)).isEqualTo(client);
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void anEndpointMayBeAskedForHttp2(TlsEngine engine) throws Exception {
        ProxyFixture proxy = proxy(engine);
        var both =
                new TlsServer(
                        List.of(TlsFixture.certificate(server)),
                        Clients.ANYONE,
                        List.of(),
                        List.of("h2", "http/1.1"));
        proxy.plane.apply(to(at, trusting("web.example"), both, Cluster.Protocol.HTTP2));
        assertThat(ask(proxy)).isEqualTo("200  web.example[]");
        var old = TlsFixture.server(TlsFixture.certificate(server));
        at = ProxyFixture.free();
        proxy.plane.apply(to(at, trusting("web.example"), old, Cluster.Protocol.HTTP2));
        assertThat(ask(proxy))
                .startsWith("502 upstream-protocol")
                .contains("does not speak HTTP/2");
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void anEndpointMayChooseItsProtocol(TlsEngine engine) throws Exception {
        for (List<String> spoken :
                List.of(
                        List.of("h2", "http/1.1"),
                        List.of("http/1.1"),
                        List.<String>of(),
                        List.of("h2"))) {
            ProxyFixture proxy = proxy(engine);
            var shown =
                    new TlsServer(
                            List.of(TlsFixture.certificate(server)),
                            Clients.ANYONE,
                            List.of(),
                            spoken);
            proxy.plane.apply(to(at, trusting("web.example"), shown, Cluster.Protocol.NEGOTIATED));
            for (int i = 0; i < 3; i++) {
                assertThat(ask(proxy)).as("%s", spoken).isEqualTo("200  web.example[]");
            }
            // the origin is a listener of the same data plane, whose access tells what was spoken
            proxies.end();
        }
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void manyRequestsAtOnceWaitForTheChoice(TlsEngine engine) throws Exception {
        for (List<String> spoken : List.of(List.of("h2", "http/1.1"), List.of("http/1.1"))) {
            ProxyFixture proxy = proxy(engine);
            var shown =
                    new TlsServer(
                            List.of(TlsFixture.certificate(server)),
                            Clients.ANYONE,
                            List.of(),
                            spoken);
            proxy.plane.apply(to(at, trusting("web.example"), shown, Cluster.Protocol.NEGOTIATED));
            try (var threads = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
                var asked = new java.util.ArrayList<java.util.concurrent.Future<String>>();
                for (int i = 0; i < 20; i++) {
                    asked.add(threads.submit(() -> ask(proxy)));
                }
                for (var one : asked) {
                    assertThat(one.get()).as("%s", spoken).isEqualTo("200  web.example[]");
                }
            }
            proxies.end();
        }
    }

    @Test
    void anEndpointThatChoseHttp1IsOfferedHttp2AgainLater() throws Exception {
        var clock = new JumpingClock();
        ProxyFixture proxy = ProxyFixture.at(clock);
        proxy.plane.local("who", UpstreamTlsTest::who);
        proxies.keep(proxy);
        at = ProxyFixture.free();
        TlsClient trusting = trusting("web.example");
        TlsServer old = TlsFixture.server(TlsFixture.certificate(server));
        proxy.plane.apply(to(at, trusting, old, Cluster.Protocol.NEGOTIATED));
        assertThat(spoken(proxy)).isEqualTo("HTTP/1.1");
        var both =
                new TlsServer(
                        old.certificates(), Clients.ANYONE, List.of(), List.of("h2", "http/1.1"));
        proxy.plane.apply(to(at, trusting, both, Cluster.Protocol.NEGOTIATED));
        assertThat(spoken(proxy)).as("it is not offered for a while").isEqualTo("HTTP/1.1");
        clock.jump(Duration.ofMinutes(5).plusSeconds(1));
        assertThat(spoken(proxy)).isEqualTo("HTTP/2");
    }

    private static String spoken(ProxyFixture proxy) throws IOException {
        try (RawClient client = proxy.client()) {
            return client.get("/spoken").answer().body();
        }
    }
}
