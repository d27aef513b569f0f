package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.event.Handshakes.Side;
import dev.weft.dataplane.http.Headers;
import dev.weft.dataplane.http.RawClient;
import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.Listener;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.VirtualHost;
import dev.weft.dataplane.route.entrance.Entrance;
import dev.weft.dataplane.route.tls.Certificate;
import dev.weft.dataplane.route.tls.TlsServer;
import dev.weft.dataplane.route.tls.TlsServer.Clients;
import dev.weft.dataplane.service.Call;
import dev.weft.dataplane.tls.TlsEngine;
import dev.weft.dataplane.tls.TlsFixture;
import dev.weft.foundation.certificate.Authority;
import dev.weft.foundation.certificate.Identity;
import dev.weft.testkit.Command;
import dev.weft.testkit.NothingLeft;
import dev.weft.testkit.Tools;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** TLS that listeners take off, with each engine; the clients are others' work. */
@Timeout(60)
@ExtendWith({NothingLeft.class, NoBufferLeaks.class})
class ListenerTlsTest {
    private final Authority authority = TlsFixture.authority("Test Authority");
    private final Certificate a =
            TlsFixture.certificate(TlsFixture.identity(authority, "a.example"), "a.example");
    private final Certificate wild =
            TlsFixture.certificate(TlsFixture.identity(authority, "*.b.example"), "*.b.example");
    private final Certificate usual =
            TlsFixture.certificate(TlsFixture.identity(authority, "usual.example"));
    @RegisterExtension final Proxies proxies = new Proxies();

    private ProxyFixture proxy(TlsEngine engine) throws IOException {
        var proxy = new ProxyFixture(2, engine);
        proxy.plane.local("who", ListenerTlsTest::who);
        proxies.keep(proxy);
        return proxy;
    }

    private static void who(Call call) throws IOException {
        String text =
                call.peer()
                        .tls()
                        .map(tls -> tls.serverName() + " " + tls.uris() + " " + tls.dnsNames())
                        .orElse("in clear");
        call.answer(200, Headers.none(), text.getBytes(StandardCharsets.UTF_8));
    }

    private static Listener listener(Address address, TlsServer tls) {
        var route = Route.toOne("who", "default/who", new Backend.Local("who"));
        return new Listener.Http(
                "secure",
                address,
                Entrance.usual().withTls(tls),
                List.of(new VirtualHost(Set.of(VirtualHost.ANY), List.of(route))));
    }

    private static SSLSocket connect(SSLContext context, Address to, String name)
            throws IOException {
        var socket = (SSLSocket) context.getSocketFactory().createSocket(to.ip(), to.port());
        SSLParameters parameters = socket.getSSLParameters();
        if (!name.isEmpty()) {
            parameters.setServerNames(List.of(new SNIHostName(name)));
        }
        socket.setSSLParameters(parameters);
        return socket;
    }

    private RawClient client(Address to, String name) throws Exception {
        return new RawClient(connect(TlsFixture.client(authority, null), to, name));
    }

    private static String ask(RawClient client, String host) throws IOException {
        client.send("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
        RawClient.Answer answer = client.answer();
        return answer.status() + " " + answer.field("weft-cause") + answer.body();
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void theNameThatAClientAsksForChoosesTheCertificate(TlsEngine engine) throws Exception {
        Address at = ProxyFixture.free();
        proxy(engine).listen(listener(at, TlsFixture.server(usual, a, wild)));
        for (String[] pair :
                new String[][] {
                    {"a.example", "a.example"},
                    {"x.b.example", "*.b.example"},
                    {"other.example", "usual.example"},
                    {"", "usual.example"}
                }) {
            SSLContext context = TlsFixture.client(authority, null);
            try (SSLSocket socket = connect(context, at, pair[0])) {
                socket.startHandshake();
                assertThat(socket.getSession().getPeerPrincipal().getName())
                        .isEqualTo("CN=" + pair[1]);
                assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void aRequestForTheHostOfAnotherCertificateIsMisdirected(TlsEngine engine) throws Exception {
        Address at = ProxyFixture.free();
        proxy(engine).listen(listener(at, TlsFixture.server(usual, a, wild)));
        try (RawClient client = client(at, "x.b.example")) {
            assertThat(ask(client, "x.b.example")).startsWith("200");
            assertThat(ask(client, "Y.b.example:8443")).startsWith("200");
            assertThat(ask(client, "a.example")).startsWith("421 misdirected");
        }
        try (RawClient client = client(at, "")) {
            assertThat(ask(client, "a.example")).startsWith("421 misdirected");
            assertThat(ask(client, "unknown.example")).startsWith("200");
        }
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void whoAsksForANameThatNobodyServesHasAskedForNoOther(TlsEngine engine) throws Exception {
        Address at = ProxyFixture.free();
        Certificate first =
                TlsFixture.certificate(TlsFixture.identity(authority, "c.example"), "c.example");
        proxy(engine).listen(listener(at, TlsFixture.server(first, a)));
        try (RawClient client = client(at, "stray.example")) {
            assertThat(ask(client, "c.example")).startsWith("421 misdirected");
            assertThat(ask(client, "stray.example")).startsWith("200");
        }
        try (RawClient client = client(at, "")) {
            assertThat(ask(client, "c.example")).startsWith("200");
        }
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void whoOffersOnlyWhatIsNotSpokenIsToldSo(TlsEngine engine) throws Exception {
        Address at = ProxyFixture.free();
        proxy(engine).listen(listener(at, TlsFixture.server(usual)));
        for (String[] offered : new String[][] {{"imap"}, {"imap", "http/1.1"}, {"http/1.0"}}) {
            try (SSLSocket socket = connect(TlsFixture.client(authority, null), at, "")) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setApplicationProtocols(offered);
                socket.setSSLParameters(parameters);
                if (offered.length == 1 && offered[0].equals("imap")) {
                    assertThatThrownBy(socket::startHandshake)
                            .hasMessageContaining("no_application_protocol");
                } else {
                    assertThat(ask(new RawClient(socket), "x")).startsWith("200");
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void aClientIsKnownByItsCertificate(TlsEngine engine) throws Exception {
        Address at = ProxyFixture.free();
        ProxyFixture proxy = proxy(engine);
        proxy.listen(listener(at, TlsFixture.server(Clients.MUST, authority, usual)));
        Identity me = TlsFixture.identity(authority, "me.example", "spiffe://t/ns/a/sa/b");
        try (var client =
                new RawClient(connect(TlsFixture.client(authority, me), at, "usual.example"))) {
            assertThat(ask(client, "usual.example"))
                    .isEqualTo("200 usual.example [spiffe://t/ns/a/sa/b] [me.example]");
        }
        assertThatThrownBy(() -> refused(client(at, "usual.example")))
                .isInstanceOf(IOException.class);
        Identity stranger =
                TlsFixture.identity(TlsFixture.authority("Test Authority"), "me.example");
        assertThatThrownBy(
                        () ->
                                refused(
                                        new RawClient(
                                                connect(
                                                        TlsFixture.client(authority, stranger),
                                                        at,
                                                        ""))))
                .isInstanceOf(IOException.class);
        assertThat(proxy.plane.handshakes().read(Side.SERVER).failed()).isEqualTo(2);
    }

    private static void refused(RawClient client) throws IOException {
        try (client) {
            ask(client, "usual.example");
        }
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void aCertificateThatIsNotVerifiedProvesNothing(TlsEngine engine) throws Exception {
        Address at = ProxyFixture.free();
        proxy(engine).listen(listener(at, TlsFixture.server(Clients.UNVERIFIED, authority, usual)));
        Identity me = TlsFixture.identity(authority, "me.example");
        Identity stranger =
                TlsFixture.identity(TlsFixture.authority("Test Authority"), "me.example");
        for (Identity shown : List.of(me, stranger)) {
            try (var client = new RawClient(connect(TlsFixture.client(authority, shown), at, ""))) {
                assertThat(ask(client, "x"))
                        .isEqualTo("200  [] " + (shown == me ? "[me.example]" : "[]"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void whoDoesNotSpeakTlsIsToldSo(TlsEngine engine) throws Exception {
        Address at = ProxyFixture.free();
        proxy(engine).listen(listener(at, TlsFixture.server(usual)));
        try (RawClient plain = RawClient.to(at.socket())) {
            assertThat(ask(plain, "a")).startsWith("400 tls-expected");
            assertThat(plain.closes()).isTrue();
        }
        try (RawClient garbage = RawClient.to(at.socket())) {
            garbage.send(new byte[] {22, 3, 1, 0, 4, 2, 0, 0, 0});
            assertThat(garbage.closes()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void certificatesAreReplacedUnderLoadWithoutALostRequest(TlsEngine engine) throws Exception {
        Address at = ProxyFixture.free();
        ProxyFixture proxy = proxy(engine);
        proxy.listen(listener(at, TlsFixture.server(usual)));
        SSLContext context = TlsFixture.client(authority, null);
        var over = new AtomicBoolean();
        try (var standing = new RawClient(connect(context, at, ""));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThat(ask(standing, "a")).startsWith("200");
            List<Future<Integer>> asking = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Callable<Integer> work = () -> asksUntil(over, context, at);
                asking.add(threads.submit(work));
            }
            for (int i = 0; i < 30; i++) {
                Identity next = TlsFixture.identity(authority, "number" + i + ".example");
                proxy.listen(listener(at, TlsFixture.server(TlsFixture.certificate(next))));
                assertThat(ask(standing, "a")).startsWith("200");
            }
            SSLContext fresh = TlsFixture.client(authority, null);
            try (SSLSocket socket = connect(fresh, at, "")) {
                socket.startHandshake();
                assertThat(socket.getSession().getPeerCertificates()[0].toString())
                        .contains("number29.example");
            } finally {
                over.set(true);
            }
            for (Future<Integer> one : asking) {
                assertThat(one.get()).isPositive();
            }
        }
        assertThat(proxy.plane.handshakes().read(Side.SERVER).failed()).isZero();
    }

    /** New connections all the time, two requests on each. */
    private static int asksUntil(AtomicBoolean over, SSLContext context, Address at)
            throws IOException {
        int count = 0;
        while (!over.get() || count == 0) {
            try (var client = new RawClient(connect(context, at, "a.example"))) {
                assertThat(ask(client, "a")).startsWith("200");
                assertThat(ask(client, "a")).startsWith("200");
                count++;
            }
        }
        return count;
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void aSessionIsTakenUpAgainByOpenssl(TlsEngine engine, @TempDir Path folder) throws Exception {
        Address at = ProxyFixture.free();
        ProxyFixture proxy = proxy(engine);
        proxy.listen(listener(at, TlsFixture.server(usual)));
        String session = folder.resolve("session").toString();
        String first = openssl(at, "-sess_out", session);
        assertThat(first).contains("New, TLSv1.3").contains("200 OK");
        assertThat(openssl(at, "-sess_in", session)).contains("Reused, TLSv1.3");
        assertThat(proxy.plane.handshakes().read(Side.SERVER).full()).isEqualTo(1);
        assertThat(proxy.plane.handshakes().exposition())
                .contains("weft_tls_handshakes_total{side=\"server\",result=\"resumed\"} 1\n");
        if (engine == TlsEngine.BORINGSSL) {
            Identity next = TlsFixture.identity(authority, "next.example");
            proxy.listen(listener(at, TlsFixture.server(TlsFixture.certificate(next))));
            assertThat(openssl(at, "-sess_in", session)).contains("Reused, TLSv1.3");
        }
        assertThat(openssl(at, "-tls1_2")).contains("New, TLSv1.2").contains("200 OK");
        assertThat(openssl(at, "-tls1_2", "-groups", "P-256", "-alpn", "h2,http/1.1"))
                .contains("ALPN protocol: http/1.1");
    }

    /** The keys that tickets are sealed with change every six hours; the one before still opens. */
    @Test
    void aTicketOutlivesOneChangeOfKeysAndAfterTwoCostsAFullHandshake(@TempDir Path folder)
            throws Exception {
        assumeTrue(TlsEngine.best() == TlsEngine.BORINGSSL, "BoringSSL does not load here");
        var clock = new JumpingClock();
        ProxyFixture proxy = ProxyFixture.at(clock);
        proxies.keep(proxy);
        proxy.plane.local("who", ListenerTlsTest::who);
        Address at = ProxyFixture.free();
        proxy.listen(listener(at, TlsFixture.server(usual)));
        String first = folder.resolve("first").toString();
        String second = folder.resolve("second").toString();
        assertThat(openssl(at, "-sess_out", first)).contains("New, TLSv1.3");
        clock.jump(Duration.ofHours(6).plusMinutes(1));
        // what is taken up again is sealed anew, with the new key
        assertThat(openssl(at, "-sess_in", first, "-sess_out", second))
                .contains("Reused, TLSv1.3")
                .contains("200 OK");
        clock.jump(Duration.ofHours(6).plusMinutes(1));
        assertThat(openssl(at, "-sess_in", first)).contains("New, TLSv1.3").contains("200 OK");
        assertThat(openssl(at, "-sess_in", second)).contains("Reused, TLSv1.3").contains("200 OK");
        var seen = proxy.plane.handshakes().read(Side.SERVER);
        assertThat(seen.full()).isEqualTo(2);
        assertThat(seen.resumed()).isEqualTo(2);
        assertThat(seen.failed()).isZero();
    }

    private static String openssl(Address at, String... more) {
        return Command.of(Tools.find("openssl"), "s_client", "-connect", at, "-ign_eof")
                .with((Object[]) more)
                .input("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                .run()
                .out();
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void curlBelievesTheCertificate(TlsEngine engine, @TempDir Path folder) throws Exception {
        Address at = ProxyFixture.free();
        ProxyFixture proxy = proxy(engine);
        proxy.listen(listener(at, TlsFixture.server(usual, a)));
        Path trusted = folder.resolve("authority.pem");
        java.nio.file.Files.writeString(trusted, authority.certificatePem());
        var both =
                new TlsServer(
                        List.of(usual, a), Clients.ANYONE, List.of(), List.of("h2", "http/1.1"));
        proxy.listen(listener(at, both));
        for (String version : List.of("--http2", "--http1.1")) {
            String protocol =
                    Command.of(Tools.find("curl"), "-sS", "--cacert", trusted, version)
                            .with("-w", " %{http_version}", "--connect-to", "::" + at)
                            .with("https://a.example/")
                            .run()
                            .expectSuccess()
                            .out();
            assertThat(protocol)
                    .startsWith("a.example")
                    .endsWith(version.equals("--http2") ? " 2" : " 1.1");
        }
        String answer =
                Command.of(Tools.find("curl"), "-sS", "--cacert", trusted)
                        .with("--connect-to", "::" + at)
                        .with("https://a.example/")
                        .run()
                        .expectSuccess()
                        .out();
        assertThat(answer).startsWith("a.example");
    }
}
