package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.event.Reading;
import dev.weft.dataplane.http.RawClient;
import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.Listener;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.VirtualHost;
import dev.weft.dataplane.route.entrance.Entrance;
import dev.weft.dataplane.route.tls.Certificate;
import dev.weft.dataplane.tls.TlsEngine;
import dev.weft.dataplane.tls.TlsFixture;
import dev.weft.foundation.certificate.Authority;
import dev.weft.testkit.Eventually;
import dev.weft.testkit.NothingLeft;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections that are passed on by what they begin with, with each engine and transport. */
@Timeout(60)
@ExtendWith({NothingLeft.class, NoBufferLeaks.class})
class TcpListenersTest {
    private final Authority authority = TlsFixture.authority("Test Authority");
    private final Certificate a =
            TlsFixture.certificate(TlsFixture.identity(authority, "a.example"), "a.example");
    private final Certificate b =
            TlsFixture.certificate(TlsFixture.identity(authority, "b.example"), "b.example");
    @RegisterExtension final Proxies proxies = new Proxies();

    private ProxyFixture proxy(TlsEngine engine) throws IOException {
        return proxies.keep(new ProxyFixture(2, engine));
    }

    private static Route to(String name, Origin origin) {
        return to(name, origin.address());
    }

    private static Route to(String name, Address address) {
        return Route.toOne(
                name, "default/" + name, ProxyFixture.endpoints("default/" + name, address));
    }

    /** Says back each line; ends with a word of its own when the other end has no more. */
    private static Origin echo(ProxyFixture proxy, String name) throws IOException {
        return proxy.origin(
                talk -> {
                    String line;
                    while ((line = talk.line()) != null) {
                        talk.send(name + " " + line + "\r\n");
                    }
                    talk.send(name + " bye\r\n");
                });
    }

    private SSLSocket secure(Address to, String name) throws Exception {
        var socket =
                (SSLSocket)
                        TlsFixture.client(authority, null)
                                .getSocketFactory()
                                .createSocket(to.ip(), to.port());
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(name)));
        socket.setSSLParameters(parameters);
        return socket;
    }

    private static Reading series(ProxyFixture proxy, String name) {
        return proxy.plane.figures().series().stream()
                .filter(one -> one.name().backend().equals("default/" + name))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void tlsIsTakenOff(TlsEngine engine) throws Exception {
        ProxyFixture proxy = proxy(engine);
        Address at = ProxyFixture.free();
        proxy.listen(
                new Listener.Tcp(
                        "db",
                        at,
                        Entrance.usual().withTls(TlsFixture.server(a)),
                        to("db", echo(proxy, "db"))));
        try (SSLSocket socket = secure(at, "a.example");
                var client = new RawClient(socket)) {
            client.send("one\r\n");
            assertThat(client.line()).isEqualTo("db one");
            socket.shutdownOutput();
            assertThat(client.line()).isEqualTo("db bye");
            assertThat(client.closes()).isTrue();
        }
        Eventually.eventually("the connection is over", () -> series(proxy, "db").inFlight() == 0);
        assertThat(series(proxy, "db").carried().bytesIn()).isEqualTo(5);
        assertThat(series(proxy, "db").carried().bytesOut()).isGreaterThanOrEqualTo(8);
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void tlsIsPassedOnByTheNameThatItBeginsWith(TlsEngine engine) throws Exception {
        ProxyFixture proxy = proxy(engine);
        Address inner = ProxyFixture.free();
        Address at = ProxyFixture.free();
        proxy.listen(
                new Listener.Tcp(
                        "inner",
                        inner,
                        Entrance.usual().withTls(TlsFixture.server(b)),
                        to("b", echo(proxy, "b"))),
                new Listener.Sni(
                        "outer",
                        at,
                        Entrance.usual().withTls(TlsFixture.server(a)),
                        List.of(
                                new Listener.Named(
                                        Set.of("a.example"), true, to("a", echo(proxy, "a"))),
                                new Listener.Named(
                                        Set.of("*.example"), false, to("others", inner)))));
        for (String name : List.of("a", "b")) {
            try (SSLSocket socket = secure(at, name + ".example");
                    var client = new RawClient(socket)) {
                client.send("one\r\n");
                assertThat(client.line()).isEqualTo(name + " one");
                assertThat(socket.getSession().getPeerPrincipal().getName())
                        .isEqualTo("CN=" + name + ".example");
            }
        }
        try (SSLSocket socket = secure(at, "b.elsewhere")) {
            assertThatThrownBy(socket::startHandshake)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("unrecognized_name");
        }
        try (var plain = RawClient.to(at.socket())) {
            plain.send("GET / HTTP/1.1\r\n");
            assertThat(plain.closes()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void aHelloInManyPiecesIsUnderstood(TlsEngine engine) throws Exception {
        ProxyFixture proxy = proxy(engine);
        Address inner = ProxyFixture.free();
        Address at = ProxyFixture.free();
        proxy.listen(
                new Listener.Tcp(
                        "inner",
                        inner,
                        Entrance.usual().withTls(TlsFixture.server(b)),
                        to("b", echo(proxy, "b"))),
                new Listener.Sni(
                        "outer",
                        at,
                        Entrance.usual(),
                        List.of(new Listener.Named(Set.of("b.example"), false, to("in", inner)))));
        // between the client and the listener stands somebody who cuts everything into pieces
        Origin cutting =
                proxy.origin(
                        talk -> {
                            try (var to = new Socket(at.ip(), at.port())) {
                                to.setTcpNoDelay(true);
                                var back = Thread.ofVirtual().start(() -> copy(to, talk.socket()));
                                InputStream in = talk.socket().getInputStream();
                                OutputStream out = to.getOutputStream();
                                int next;
                                while ((next = in.read()) >= 0) {
                                    out.write(next);
                                }
                                to.shutdownOutput();
                                join(back);
                            }
                        });
        try (SSLSocket socket = secure(cutting.address(), "b.example");
                var client = new RawClient(socket)) {
            client.send("one\r\n");
            assertThat(client.line()).isEqualTo("b one");
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            // one of them has gone
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Listener detect(Address at, Origin web, Origin other, Duration patience) {
        return new Listener.Detect(
                "detect",
                at,
                Entrance.usual(),
                List.of(new VirtualHost(Set.of(VirtualHost.ANY), List.of(to("web", web)))),
                to("other", other),
                patience);
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void theFirstBytesTellTheProtocol(TlsEngine engine) throws Exception {
        ProxyFixture proxy = proxy(engine);
        Address at = ProxyFixture.free();
        Origin other = echo(proxy, "other");
        proxy.listen(detect(at, proxy.named("web"), other, Duration.ofSeconds(10)));
        try (var client = RawClient.to(at.socket())) {
            for (int i = 0; i < 3; i++) {
                client.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(client.answer().body()).isEqualTo("web");
            }
        }
        try (var client = RawClient.to(at.socket())) {
            client.send("get x\r\n");
            assertThat(client.line()).isEqualTo("other get x");
            client.socket().shutdownOutput();
            assertThat(client.line()).isEqualTo("other bye");
        }
        try (var client = RawClient.to(at.socket())) {
            client.send("PING\r\n");
            assertThat(client.line()).isEqualTo("other PING");
        }
    }

    private static Origin greeting(ProxyFixture proxy) throws IOException {
        return proxy.origin(
                talk -> {
                    talk.send("220 hello\r\n");
                    talk.line();
                });
    }

    /** With a short patience, after which it is known who speaks first. */
    private static void greetsOnce(ProxyFixture proxy, Address at, Origin web, Origin greeting)
            throws IOException {
        proxy.listen(detect(at, web, greeting, Duration.ofMillis(50)));
        try (var client = RawClient.to(at.socket())) {
            assertThat(client.line()).isEqualTo("220 hello");
        }
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void aServerThatSpeaksFirstIsWaitedForOnce(TlsEngine engine) throws Exception {
        ProxyFixture proxy = proxy(engine);
        Address at = ProxyFixture.free();
        Origin greeting = greeting(proxy);
        Origin web = proxy.named("web");
        greetsOnce(proxy, at, web, greeting);
        // with patience without end an answer shows that nobody waited
        proxy.listen(detect(at, web, greeting, Duration.ofSeconds(10)));
        for (int i = 0; i < 3; i++) {
            try (var client = RawClient.to(at.socket())) {
                client.socket().setSoTimeout(5000);
                assertThat(client.line()).isEqualTo("220 hello");
            }
        }
    }

    /** With the longest patience, an answer shows that nobody waited. */
    @Test
    void whoSpeaksFirstIsRememberedOnEveryLoopAndForgottenInTime() throws Exception {
        var clock = new JumpingClock();
        ProxyFixture proxy = ProxyFixture.at(clock, 2);
        proxies.keep(proxy);
        Address at = ProxyFixture.free();
        Origin greeting = greeting(proxy);
        Origin web = proxy.named("web");
        greetsOnce(proxy, at, web, greeting);
        proxy.listen(detect(at, web, greeting, Duration.ofSeconds(10)));
        for (int i = 0; i < 6; i++) {
            // connections go to the loops in turns; even one who speaks HTTP is not looked at
            try (var client = RawClient.to(at.socket())) {
                client.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(client.line()).isEqualTo("220 hello");
            }
        }
        clock.jump(Duration.ofMinutes(11));
        for (int i = 0; i < 6; i++) {
            try (var client = RawClient.to(at.socket())) {
                client.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(client.answer().body()).isEqualTo("web");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void aListenerBecomesAnotherWithoutALostConnection(TlsEngine engine) throws Exception {
        ProxyFixture proxy = proxy(engine);
        Address at = ProxyFixture.free();
        proxy.plane.local(
                "who",
                call ->
                        call.answer(
                                200,
                                dev.weft.dataplane.http.Headers.none(),
                                "web".getBytes(StandardCharsets.US_ASCII)));
        var http =
                new Listener.Http(
                        "web",
                        at,
                        List.of(Route.toOne("who", "default/who", new Backend.Local("who"))));
        var tcp = new Listener.Tcp("tcp", at, to("tcp", proxy.named("tcp")));
        proxy.listen(http);
        try (var standing = RawClient.to(at.socket())) {
            assertThat(standing.get("/").answer().body()).isEqualTo("web");
            for (int i = 0; i < 50; i++) {
                proxy.listen(i % 2 == 0 ? tcp : http);
                try (var client = RawClient.to(at.socket())) {
                    assertThat(client.get("/").answer().body())
                            .isEqualTo(i % 2 == 0 ? "tcp" : "web");
                }
                assertThat(standing.get("/").answer().body()).isEqualTo("web");
            }
        }
    }
}
