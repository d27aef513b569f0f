package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.event.Handshakes.Side;
import dev.weft.dataplane.http.RawClient;
import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.Listener;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.VirtualHost;
import dev.weft.dataplane.route.entrance.Entrance;
import dev.weft.dataplane.route.tls.TlsClient;
import dev.weft.dataplane.route.upstream.Cluster;
import dev.weft.dataplane.tls.TlsFixture;
import dev.weft.foundation.certificate.Authority;
import dev.weft.testkit.Eventually;
import dev.weft.testkit.NothingLeft;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** TLS towards the endpoints of connections that are passed on, with a server of the JDK's. */
@Timeout(60)
@ExtendWith({NothingLeft.class, NoBufferLeaks.class})
class TcpTlsTest {
    private static final String NAME = "db.example";

    private final Authority authority = TlsFixture.authority("Servers");
    private ProxyFixture proxy;
    private Address at;

    @BeforeEach
    void start() throws Exception {
        proxy = new ProxyFixture();
        at = ProxyFixture.free();
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
    }

    /** Greets, says back each line, and has a last word when there are no more. */
    private Origin server(Authority of) throws Exception {
        return Origin.secure(
                TlsFixture.client(authority, TlsFixture.identity(of, NAME)),
                talk -> {
                    talk.send("hello\r\n");
                    String line;
                    while ((line = talk.line()) != null) {
                        talk.send(line + "\r\n");
                    }
                    talk.send("bye\r\n");
                });
    }

    private Route to(Address... addresses) {
        Backend.Endpoints backend = ProxyFixture.endpoints("default/db", addresses);
        var tls = new TlsClient(NAME, List.of(authority.certificatePem()), Set.of(), null, true);
        Cluster terms = backend.terms().withTls(tls).withProtocol(Cluster.Protocol.NEGOTIATED);
        return Route.toOne("TCPRoute default/db", "default/db", backend.withTerms(terms));
    }

    private static void talks(RawClient client) throws IOException {
        assertThat(client.line()).isEqualTo("hello");
        client.send("one\r\n");
        assertThat(client.line()).isEqualTo("one");
        client.socket().shutdownOutput();
        assertThat(client.line()).as("after its own end").isEqualTo("bye");
        assertThat(client.closes()).isTrue();
    }

    private SSLSocket secure() throws Exception {
        var socket =
                (SSLSocket)
                        TlsFixture.client(authority, null)
                                .getSocketFactory()
                                .createSocket(at.ip(), at.port());
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(NAME)));
        socket.setSSLParameters(parameters);
        return socket;
    }

    @Test
    void aCallerInClearReachesAServerWithTlsWhoeverSpeaksFirst() throws Exception {
        try (Origin server = server(authority)) {
            proxy.listen(new Listener.Tcp("db", at, to(server.address())));
            for (int i = 0; i < 3; i++) {
                try (RawClient client = RawClient.to(at.socket())) {
                    talks(client);
                }
            }
            assertThat(proxy.plane.handshakes().read(Side.CLIENT).failed()).isZero();
            Eventually.eventually("all are over", () -> proxy.plane.figures().connections() == 0);
        }
    }

    @Test
    void muchPassesBothWays() throws Exception {
        int size = 2_000_000;
        byte[] bytes =
                "0123456789".repeat(size / 10).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        try (Origin server =
                Origin.secure(
                        TlsFixture.client(authority, TlsFixture.identity(authority, NAME)),
                        talk -> {
                            talk.send(talk.exactly(size));
                            talk.close();
                        })) {
            proxy.listen(new Listener.Tcp("db", at, to(server.address())));
            try (RawClient client = RawClient.to(at.socket())) {
                client.send(bytes);
                assertThat(client.exactly(size)).isEqualTo(bytes);
                assertThat(client.closes()).isTrue();
            }
        }
    }

    @Test
    void aServerThatIsNotTrustedGetsNothingAndTheCallerIsReset() throws Exception {
        try (Origin server = server(TlsFixture.authority("Others"))) {
            proxy.listen(new Listener.Tcp("db", at, to(server.address())));
            try (RawClient client = RawClient.to(at.socket())) {
                client.send("secret\r\n");
                assertThat(client.isReset()).isTrue();
            }
            assertThat(proxy.plane.figures().refusals()).containsEntry("upstream-tls", 1L);
        }
    }

    @Test
    void aServerWithoutTlsIsMadeUpForByAnother() throws Exception {
        Origin clear = proxy.origin(talk -> talk.closes());
        try (Origin server = server(authority)) {
            proxy.listen(new Listener.Tcp("db", at, to(clear.address(), server.address())));
            for (int i = 0; i < 4; i++) {
                try (RawClient client = RawClient.to(at.socket())) {
                    assertThat(client.line()).isEqualTo("hello");
                }
            }
        }
    }

    @Test
    void whatIsPassedThroughByItsNameIsNotWrappedOnceMore() throws Exception {
        try (Origin server = server(authority)) {
            proxy.listen(
                    new Listener.Sni(
                            "sni",
                            at,
                            Entrance.usual(),
                            List.of(
                                    new Listener.Named(
                                            Set.of(NAME), false, to(server.address())))));
            try (var client = new RawClient(secure())) {
                client.send("one\r\n");
                assertThat(client.line()).isEqualTo("hello");
                assertThat(client.line()).isEqualTo("one");
            }
        }
    }

    @Test
    void onAPortThatNobodyDeclaresACallersOwnTlsIsLeftAlone() throws Exception {
        try (Origin server = server(authority)) {
            Route route = to(server.address());
            proxy.listen(
                    new Listener.Detect(
                            "detect",
                            at,
                            Entrance.usual(),
                            List.of(new VirtualHost(Set.of(VirtualHost.ANY), List.of(route))),
                            route,
                            Duration.ofMillis(50)));
            try (var client = new RawClient(secure())) {
                client.send("one\r\n");
                assertThat(client.line()).isEqualTo("hello");
                assertThat(client.line()).isEqualTo("one");
            }
            try (RawClient client = RawClient.to(at.socket())) {
                talks(client);
            }
        }
    }
}
