package dev.weft.dataplane.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.http.RawClient;
import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.Listener;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.Snapshot;
import dev.weft.dataplane.route.VirtualHost;
import dev.weft.dataplane.route.entrance.Entrance;
import dev.weft.dataplane.route.tls.TlsClient;
import dev.weft.dataplane.tls.TlsEngine;
import dev.weft.dataplane.tls.TlsFixture;
import dev.weft.foundation.certificate.Authority;
import dev.weft.testkit.Eventually;
import dev.weft.testkit.NothingLeft;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** TLS that stops without saying so is cut off, not ended: with each engine, in both directions. */
@Timeout(60)
@ExtendWith({NothingLeft.class, NoBufferLeaks.class})
class TlsEndTest {
    private static final String NAME = "web.example";

    private final Authority authority = TlsFixture.authority("Servers");
    @RegisterExtension final Proxies proxies = new Proxies();

    private ProxyFixture proxy(TlsEngine engine) throws IOException {
        return proxies.keep(new ProxyFixture(2, engine));
    }

    /** What is said inside TLS, and how the connection ends after it. */
    private interface Script {
        void run(Socket raw, SSLSocket inside) throws IOException;
    }

    private Origin secure(ProxyFixture proxy, Script script) throws Exception {
        SSLContext context = TlsFixture.client(authority, TlsFixture.identity(authority, NAME));
        return proxy.origin(
                talk -> {
                    Socket raw = talk.socket();
                    var inside =
                            (SSLSocket)
                                    context.getSocketFactory()
                                            .createSocket(raw, NAME, raw.getPort(), false);
                    inside.setUseClientMode(false);
                    script.run(raw, inside);
                });
    }

    private Backend.Endpoints trusted(Address address) {
        Backend.Endpoints backend = ProxyFixture.endpoints("default/web", address);
        var tls = new TlsClient(NAME, List.of(authority.certificatePem()), Set.of(), null, true);
        return backend.withTerms(backend.terms().withTls(tls));
    }

    private static void say(SSLSocket inside, String text) throws IOException {
        inside.getOutputStream().write(text.getBytes(ISO_8859_1));
        inside.getOutputStream().flush();
    }

    private static void stop(Socket raw, SSLSocket inside, boolean cut) throws IOException {
        if (cut) {
            raw.close();
        } else {
            inside.close();
        }
    }

    private static void hear(SSLSocket inside, String until) throws IOException {
        var heard = new StringBuilder();
        while (!heard.toString().endsWith(until)) {
            int b = inside.getInputStream().read();
            if (b < 0) {
                throw new IOException("ended after " + heard);
            }
            heard.append((char) b);
        }
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void anAnswerThatEndsWithItsConnectionIsWholeOnlyIfTlsSaysSo(TlsEngine engine)
            throws Exception {
        ProxyFixture proxy = proxy(engine);
        for (boolean cut : List.of(false, true)) {
            Origin origin =
                    secure(
                            proxy,
                            (raw, inside) -> {
                                hear(inside, "\r\n\r\n");
                                say(inside, "HTTP/1.0 200 OK\r\n\r\nas far as it goes");
                                stop(raw, inside, cut);
                            });
            proxy.routeTo(trusted(origin.address()));
            RawClient client = proxy.client().get("/");
            if (cut) {
                assertThat(client.head().getFirst()).isEqualTo("HTTP/1.1 200 OK");
                assertThat(client.isReset()).isTrue();
            } else {
                assertThat(client.answer().body()).isEqualTo("as far as it goes");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void anAnswerWithALengthNeedsNoEndOfTls(TlsEngine engine) throws Exception {
        ProxyFixture proxy = proxy(engine);
        Origin origin =
                secure(
                        proxy,
                        (raw, inside) -> {
                            hear(inside, "\r\n\r\n");
                            say(inside, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole");
                            raw.close();
                        });
        proxy.routeTo(trusted(origin.address()));
        for (int i = 0; i < 3; i++) {
            assertThat(proxy.client().get("/").answer().body()).isEqualTo("whole");
        }
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void bytesOfAnEndpointThatStopAreCut(TlsEngine engine) throws Exception {
        ProxyFixture proxy = proxy(engine);
        for (boolean cut : List.of(false, true)) {
            Origin origin =
                    secure(
                            proxy,
                            (raw, inside) -> {
                                say(inside, "some\r\n");
                                hear(inside, "go\r\n");
                                stop(raw, inside, cut);
                            });
            Address at = ProxyFixture.free();
            Route route = Route.toOne("db", "default/web", trusted(origin.address()));
            proxy.listen(new Listener.Tcp("db", at, route));
            RawClient client = proxy.closing(RawClient.to(at.socket()));
            assertThat(client.line()).isEqualTo("some");
            client.send("go\r\n");
            assertThat(client.isReset()).isEqualTo(cut);
        }
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void bytesOfACallerThatStopAreCut(TlsEngine engine) throws Exception {
        ProxyFixture proxy = proxy(engine);
        var certificate = TlsFixture.certificate(TlsFixture.identity(authority, NAME), NAME);
        for (boolean cut : List.of(false, true)) {
            var ended = new CompletableFuture<Boolean>();
            Origin origin =
                    proxy.origin(
                            talk -> {
                                talk.send("some\r\n");
                                try {
                                    ended.complete(talk.line() == null);
                                } catch (IOException reset) {
                                    ended.complete(false);
                                }
                            });
            Address at = ProxyFixture.free();
            var backend = ProxyFixture.endpoints("default/db" + cut, origin.address());
            proxy.listen(
                    new Listener.Tcp(
                            "db",
                            at,
                            Entrance.usual().withTls(TlsFixture.server(certificate)),
                            Route.toOne("db", "default/db", backend)));
            var raw = proxy.closing(new Socket(at.ip(), at.port()));
            var inside =
                    (SSLSocket)
                            TlsFixture.client(authority, null)
                                    .getSocketFactory()
                                    .createSocket(raw, NAME, at.port(), false);
            hear(inside, "some\r\n");
            if (cut) {
                raw.shutdownOutput();
            } else {
                inside.shutdownOutput();
            }
            assertThat(ended.get(10, TimeUnit.SECONDS)).as("ended in order").isEqualTo(!cut);
        }
    }

    private static final String UPGRADE =
            "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    private static final String AGREED =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void aCallerWhoEndsAWebSocketHasItsEndpointToldByTls(TlsEngine engine) throws Exception {
        ProxyFixture proxy = proxy(engine);
        var heard = new CompletableFuture<String>();
        Origin origin =
                secure(
                        proxy,
                        (raw, inside) -> {
                            hear(inside, "\r\n\r\n");
                            say(inside, AGREED);
                            hear(inside, "last words");
                            heard.complete("ends with " + inside.getInputStream().read());
                            // the connection itself has not ended: it was TLS that said so
                            raw.setSoTimeout(300);
                            try {
                                heard.obtrudeValue("ends itself " + raw.getInputStream().read());
                            } catch (SocketTimeoutException open) {
                                say(inside, "and an answer");
                            }
                            inside.close();
                            raw.close();
                        });
        proxy.routeTo(trusted(origin.address()));
        RawClient client = proxy.client().send(UPGRADE);
        assertThat(client.head().getFirst()).startsWith("HTTP/1.1 101");
        client.send("last words");
        client.socket().shutdownOutput();
        assertThat(new String(client.exactly(13), ISO_8859_1)).isEqualTo("and an answer");
        assertThat(client.closes()).isTrue();
        assertThat(heard.get(10, TimeUnit.SECONDS)).isEqualTo("ends with -1");
    }

    /**
     * An endpoint that takes TLS without a good-bye for cut off: what a listener of Weft's is one.
     */
    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void anEndpointThatInsistsOnAGoodByeGetsOne(TlsEngine engine) throws Exception {
        ProxyFixture proxy = proxy(engine);
        var ended = new CompletableFuture<Boolean>();
        Origin inside =
                proxy.origin(
                        talk -> {
                            talk.requestHead();
                            talk.send(AGREED);
                            talk.exactly("last words".length());
                            try {
                                ended.complete(talk.line() == null);
                            } catch (IOException reset) {
                                ended.complete(false);
                            }
                        });
        Address at = ProxyFixture.free();
        var certificate = TlsFixture.certificate(TlsFixture.identity(authority, NAME), NAME);
        var listener =
                new Listener.Tcp(
                        "insists",
                        at,
                        Entrance.usual().withTls(TlsFixture.server(certificate)),
                        Route.toOne(
                                "insists",
                                "default/inside",
                                ProxyFixture.endpoints("default/inside", inside.address())));
        Route chat = Route.toOne("chat", "default/web", trusted(at));
        proxy.plane.apply(
                new Snapshot(
                        List.of(new VirtualHost(Set.of(VirtualHost.ANY), List.of(chat))),
                        List.of(listener)));
        RawClient client = proxy.client().send(UPGRADE);
        assertThat(client.head().getFirst()).startsWith("HTTP/1.1 101");
        client.send("last words");
        client.socket().shutdownOutput();
        assertThat(ended.get(10, TimeUnit.SECONDS)).as("ended in order").isTrue();
        assertThat(client.closes()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void aConnectionWhoseEndpointSaidGoodByeIsNotUsedAgain(TlsEngine engine) throws Exception {
        ProxyFixture proxy = proxy(engine);
        var parted = new Semaphore(0);
        Origin origin =
                secure(
                        proxy,
                        (raw, inside) -> {
                            hear(inside, "\r\n\r\n");
                            say(inside, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole");
                            inside.shutdownOutput();
                            parted.release();
                            // and stays, until the other end goes
                            var unused = raw.getInputStream().readAllBytes();
                        });
        proxy.routeTo(trusted(origin.address()));
        for (int i = 0; i < 3; i++) {
            // not to be sent again: it has to go well at once
            RawClient client = proxy.client();
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
            assertThat(client.answer().body()).isEqualTo("whole");
            parted.acquire();
            Eventually.eventually("it is closed", () -> origin.open() == 0);
        }
    }
}
