package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.http.Headers;
import dev.weft.dataplane.http.RawClient;
import dev.weft.dataplane.http2.RawOrigin;
import dev.weft.dataplane.http2.RawPeer;
import dev.weft.dataplane.http2.frame.ErrorCode;
import dev.weft.dataplane.http2.frame.FrameType;
import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.Listener;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.VirtualHost;
import dev.weft.dataplane.route.entrance.Entrance;
import dev.weft.dataplane.route.upstream.Cluster;
import dev.weft.dataplane.tls.TlsEngine;
import dev.weft.dataplane.tls.TlsFixture;
import dev.weft.foundation.certificate.Authority;
import dev.weft.testkit.NothingLeft;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A last answer reaches callers who still have something to say when it is written. */
@Timeout(60)
@ExtendWith({NothingLeft.class, NoBufferLeaks.class})
class LingeringTest {
    private static final int LENGTH = 3_000_000;
    private static final int BEFORE = 300_000;

    @RegisterExtension final Proxies proxies = new Proxies();

    private ProxyFixture proxy(TlsEngine engine) throws IOException {
        var proxy = new ProxyFixture(1, engine);
        proxies.keep(proxy);
        proxy.plane.local("big", call -> call.answer(200, Headers.none(), new byte[LENGTH]));
        return proxy;
    }

    @Test
    void anAnswerThatIsWholeOutlastsTheResetBehindIt() throws Exception {
        var proxy = new ProxyFixture();
        proxies.keep(proxy);
        var reset = new CountDownLatch(1);
        try (RawOrigin origin =
                        RawOrigin.start(
                                peer -> {
                                    int stream = peer.begins();
                                    for (int i = 1; i <= 6; i++) {
                                        peer.data(stream, i == 6, "x".repeat(10_000));
                                    }
                                    // what the caller still sends is of no use
                                    peer.reset(stream, ErrorCode.NO_ERROR);
                                    reset.countDown();
                                    peer.closes();
                                });
                RawPeer caller = RawPeer.to(proxy.plane.edges().getFirst()).withoutCredit()) {
            Backend.Endpoints endpoints = ProxyFixture.endpoints("default/blue", origin.address());
            proxy.routeTo(
                    endpoints.withTerms(endpoints.terms().withProtocol(Cluster.Protocol.HTTP2)));
            caller.settings(4, 10);
            caller.post(1, "/");
            assertThat(caller.await(FrameType.HEADERS, 1).field(":status")).isEqualTo("200");
            assertThat(reset.await(20, TimeUnit.SECONDS)).isTrue();
            caller.window(1, 100_000);
            int seen = 0;
            for (boolean ends = false; !ends; ) {
                RawPeer.Frame frame = caller.await(FrameType.DATA, 1);
                seen += frame.payload().length;
                ends = frame.ends();
            }
            assertThat(seen).isEqualTo(60_000);
        }
    }

    /** A caller of HTTP/2 who has the whole answer before its request was whole. */
    private RawPeer answeredEarly() throws IOException {
        ProxyFixture proxy = proxy(TlsEngine.JDK);
        proxy.plane.local("early", call -> call.answer(413, Headers.none(), new byte[5]));
        proxy.routeTo(new Backend.Local("early"));
        var caller = proxy.closing(RawPeer.to(proxy.plane.edges().getFirst()));
        caller.post(1, "/").data(1, false, "x".repeat(10_000));
        assertThat(caller.message(1).status()).isEqualTo("413");
        return caller;
    }

    @Test
    void whoIsAnsweredEarlyOverHttp2HasTheWholeAnswerBeforeAResetWithoutFault() throws Exception {
        RawPeer caller = answeredEarly();
        assertThat(caller.await(FrameType.RST_STREAM, 1).code()).isEqualTo(ErrorCode.NO_ERROR);
        assertThat(caller.get(3, "/").message(3).status()).isEqualTo("413");
    }

    @Test
    void whatASlowReaderHasNotReadIsNotLostWhenItsConnectionDrains() throws Exception {
        ProxyFixture proxy = proxy(TlsEngine.JDK);
        proxy.routeTo(new Backend.Local("big"));
        InetSocketAddress edge = proxy.plane.edges().getFirst();
        var socket = new Socket();
        socket.setReceiveBufferSize(16 * 1024);
        socket.connect(edge);
        try (RawPeer client = RawPeer.over(socket)) {
            client.settings(4, Integer.MAX_VALUE).window(0, Integer.MAX_VALUE >> 1);
            client.get(1, "/");
            int read = 0;
            @Nullable Thread draining = null;
            boolean ended = false;
            while (!ended) {
                // answers each piece with more credit, which arrives when all has been written
                RawPeer.Frame frame = client.next();
                if (frame.type() == FrameType.DATA) {
                    read += frame.payload().length;
                    ended = frame.ends();
                }
                if (read > BEFORE && draining == null) {
                    draining =
                            Thread.ofVirtual()
                                    .start(() -> proxy.plane.drain(Duration.ofSeconds(20)));
                }
            }
            assertThat(read).isEqualTo(LENGTH);
            assertThat(client.goodbye().code()).isEqualTo(ErrorCode.NO_ERROR);
            socket.close();
            Objects.requireNonNull(draining).join();
        }
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void whoStillSendsOverTlsIsAnsweredInGoodOrder(TlsEngine engine) throws Exception {
        Authority authority = TlsFixture.authority("lingering");
        Address at = ProxyFixture.free();
        var shown = TlsFixture.certificate(TlsFixture.identity(authority, "a"));
        var route =
                Route.toOne(
                        "none",
                        "default/none",
                        ProxyFixture.endpoints("default/none", ProxyFixture.nobody()));
        proxy(engine)
                .listen(
                        new Listener.Http(
                                "secure",
                                at,
                                Entrance.usual().withTls(TlsFixture.server(shown)),
                                List.of(new VirtualHost(Set.of(VirtualHost.ANY), List.of(route)))));
        var socket =
                (SSLSocket)
                        TlsFixture.client(authority, null)
                                .getSocketFactory()
                                .createSocket(at.ip(), at.port());
        try (var client = new RawClient(socket)) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50000000\r\n\r\n");
            client.send(new byte[1_000_000]);
            RawClient.Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.field("connection")).isEqualTo("close");
            assertThat(client.isReset()).isFalse();
        }
    }
}
