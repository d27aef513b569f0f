package dev.weft.dataplane.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.http.RawClient;
import dev.weft.dataplane.http2.RawOrigin;
import dev.weft.dataplane.http2.RawPeer;
import dev.weft.dataplane.http2.frame.ErrorCode;
import dev.weft.dataplane.http2.frame.FrameType;
import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Listener;
import dev.weft.dataplane.route.Policy;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.Snapshot;
import dev.weft.dataplane.route.Timeouts;
import dev.weft.dataplane.route.VirtualHost;
import dev.weft.dataplane.route.entrance.Entrance;
import dev.weft.dataplane.route.upstream.Cluster;
import dev.weft.testkit.Eventually;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What lasts ends at an age, so that a change of weights reaches it; and a listener's bound. */
@Timeout(60)
@ExtendWith(NoBufferLeaks.class)
class AgeTest {
    private static final Duration SHORT = Duration.ofMillis(400);
    private static final int ENABLE_CONNECT_PROTOCOL = 8;
    private ProxyFixture proxy;
    private final Semaphore done = new Semaphore(0);

    @BeforeEach
    void start() throws Exception {
        proxy = new ProxyFixture();
    }

    @AfterEach
    void stop() throws Exception {
        done.release(100);
        proxy.close();
    }

    private static Policy lasting(Duration age) {
        return Policy.usual()
                .withTimeouts(
                        Timeouts.usual()
                                .withLasting(new Timeouts.Lasting(age, age, Duration.ofHours(1))));
    }

    @Test
    void aStreamOfEventsEndsWhenItHasLastedLongEnough() throws Exception {
        Origin origin =
                proxy.origin(
                        talk -> {
                            talk.request();
                            talk.send(
                                    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                                            + "Transfer-Encoding: chunked\r\n\r\n"
                                            + "9\r\ndata: 0\n\n\r\n");
                            talk.line();
                        });
        proxy.routeTo(ProxyFixture.endpoints("default/blue", origin.address()), lasting(SHORT));
        RawClient client = proxy.client();
        assertThat(client.get("/").answer().body()).isEqualTo("data: 0\n\n");
        Eventually.eventually("the endpoint is let go", () -> origin.open() == 0);
        // the caller's connection goes on
        client.get("/").head();
    }

    @Test
    void anAnswerThatIsNoStreamMayTakeLonger() throws Exception {
        Origin origin =
                proxy.origin(
                        talk -> {
                            talk.request();
                            talk.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab");
                            done.acquireUninterruptibly();
                            talk.send("cd");
                        });
        proxy.routeTo(
                ProxyFixture.endpoints("default/blue", origin.address()),
                lasting(Duration.ofMillis(1)));
        RawClient client = proxy.client();
        client.get("/").head();
        RawClient other = proxy.client();
        other.get("/").head();
        done.release();
        assertThat(new String(client.exactly(2), ISO_8859_1)).isEqualTo("ab");
    }

    @Test
    void aStreamOfGrpcEndsAsUnavailable() throws Exception {
        var reset = new CompletableFuture<Integer>();
        RawOrigin origin =
                proxy.closing(
                        RawOrigin.start(
                                peer -> {
                                    int id = peer.begins("content-type", "application/grpc");
                                    peer.data(id, false, "\0\0\0\0\1x");
                                    reset.complete(peer.await(3, id).code());
                                }));
        var endpoints = ProxyFixture.endpoints("default/blue", origin.address());
        proxy.routeTo(
                endpoints.withTerms(endpoints.terms().withProtocol(Cluster.Protocol.HTTP2)),
                lasting(SHORT));
        RawPeer client = proxy.closing(RawPeer.to(proxy.plane.edges().getFirst()));
        client.headers(
                1,
                true,
                RawPeer.request(
                        "POST",
                        "/a.B/Watch",
                        "content-type",
                        "application/grpc",
                        "te",
                        "trailers"));
        RawPeer.Message answer = client.message(1);
        assertThat(answer.body()).isEqualTo("\0\0\0\0\1x");
        assertThat(answer.trailers()).containsEntry("grpc-status", "14");
        assertThat(reset.get(10, TimeUnit.SECONDS)).isEqualTo(8);
    }

    @Test
    void aWebSocketEndsBetweenTwoFramesWithAGoodBye() throws Exception {
        var heard = new CompletableFuture<String>();
        Origin origin =
                proxy.origin(
                        talk -> {
                            talk.request();
                            talk.send(Chat.SWITCHED + Chat.HELLO.substring(0, 4));
                            done.acquireUninterruptibly();
                            talk.send(Chat.HELLO.substring(4));
                            heard.complete(new String(talk.in().readAllBytes(), ISO_8859_1));
                        });
        proxy.routeTo(ProxyFixture.endpoints("default/blue", origin.address()), lasting(SHORT));
        RawClient client = proxy.client();
        String frame = "\u0081\u0082\1\2\3\4hi";
        client.send(Chat.SWITCH.formatted("a")).head();
        client.send(frame.getBytes(ISO_8859_1));
        assertThat(new String(client.exactly(4), ISO_8859_1)).isEqualTo(Chat.HELLO.substring(0, 4));
        // it is old by now, and waits for the frame to end
        java.util.concurrent.locks.LockSupport.parkNanos(600_000_000L);
        done.release();
        String rest = new String(client.socket().getInputStream().readAllBytes(), ISO_8859_1);
        assertThat(rest).isEqualTo(Chat.HELLO.substring(4) + Chat.CLOSE);
        assertThat(heard.get(10, TimeUnit.SECONDS)).isEqualTo(frame + Chat.MASKED_CLOSE);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aWebSocketToAnEndpointOfHttp2EndsWithAGoodByeBothWays(boolean overHttp2) throws Exception {
        var heard = new CompletableFuture<String>();
        var reset = new CompletableFuture<Integer>();
        RawOrigin origin =
                proxy.closing(
                        RawOrigin.start(
                                peer -> {
                                    peer.settings(ENABLE_CONNECT_PROTOCOL, 1);
                                    int id = peer.asked().stream();
                                    peer.headers(id, false, ":status", "200");
                                    peer.send(
                                            FrameType.DATA, 0, id, Chat.HELLO.getBytes(ISO_8859_1));
                                    heard.complete(bytes(peer, id));
                                    if (overHttp2) {
                                        peer.send(FrameType.DATA, FrameType.END_STREAM, id);
                                    } else {
                                        reset.complete(peer.await(3, id).code());
                                    }
                                    int next = peer.asked().stream();
                                    peer.headers(next, false, ":status", "200");
                                    peer.data(next, true, "after");
                                    peer.closes();
                                }));
        var endpoints = ProxyFixture.endpoints("default/blue", origin.address());
        proxy.routeTo(
                endpoints.withTerms(endpoints.terms().withProtocol(Cluster.Protocol.HTTP2)),
                lasting(SHORT));
        assertThat(overHttp2 ? chatOverHttp2() : chat()).isEqualTo(Chat.HELLO + Chat.CLOSE);
        assertThat(heard.get(10, TimeUnit.SECONDS)).isEqualTo(Chat.MASKED_CLOSE);
        if (!overHttp2) {
            // an endpoint that goes on regardless is given a moment
            assertThat(reset.get(10, TimeUnit.SECONDS)).isEqualTo(ErrorCode.CANCEL);
        }
        // the connection to the endpoint has other streams, and goes on
        assertThat(proxy.client().get("/").answer().body()).isEqualTo("after");
        assertThat(origin.accepted()).isEqualTo(1);
    }

    private String chat() throws IOException {
        RawClient client = proxy.client();
        client.send(Chat.SWITCH.formatted("a")).head();
        byte[] all = client.exactly(Chat.HELLO.length() + Chat.CLOSE.length());
        assertThat(client.closes()).isTrue();
        return new String(all, ISO_8859_1);
    }

    private String chatOverHttp2() throws IOException {
        RawPeer client = proxy.closing(RawPeer.to(proxy.plane.edges().getFirst()));
        client.switches(1, "/chat");
        assertThat(client.await(FrameType.HEADERS, 1).field(":status")).isEqualTo("200");
        return bytes(client, 1);
    }

    /** Everything that comes on a stream until its end. */
    private static String bytes(RawPeer peer, int stream) throws IOException {
        var all = new StringBuilder();
        RawPeer.Frame frame;
        do {
            frame = peer.await(FrameType.DATA, stream);
            all.append(new String(frame.payload(), ISO_8859_1));
        } while (!frame.ends());
        return all.toString();
    }

    private Address listen(Entrance entrance) throws IOException {
        Address at = ProxyFixture.free();
        Origin origin = proxy.named("blue");
        var route =
                Route.toOne(
                        "route",
                        "default/root",
                        ProxyFixture.endpoints("default/blue", origin.address()));
        proxy.listen(
                new Listener.Http(
                        "aged",
                        at,
                        entrance,
                        List.of(new VirtualHost(Set.of(VirtualHost.ANY), List.of(route)))));
        return at;
    }

    private static Entrance entrance(int connectionsMax, Duration age) {
        return Entrance.usual().withConnectionsMax(connectionsMax).withAge(age);
    }

    @Test
    void aConnectionIsYoungHoweverLongItsLoopHasSlept() throws Exception {
        var clock = new JumpingClock();
        try (var sleepy = ProxyFixture.at(clock)) {
            var route =
                    Route.toOne(
                            "route",
                            "default/root",
                            ProxyFixture.endpoints("default/blue", sleepy.named("b").address()));
            var host = new VirtualHost(Set.of(VirtualHost.ANY), List.of(route));
            sleepy.plane.apply(
                    new Snapshot(List.of(host), List.of())
                            .withEdge(entrance(10, Duration.ofMinutes(1))));
            clock.jump(Duration.ofMinutes(5));
            RawClient client = sleepy.client();
            assertThat(client.get("/").answer().field("connection")).isEmpty();
            clock.jump(Duration.ofMinutes(5));
            assertThat(client.get("/").answer().field("connection")).isEqualTo("close");
        }
    }

    @Test
    void theEdgesOwnConnectionsAreBoundedAndAgedAsTheSnapshotSays() throws Exception {
        var route =
                Route.toOne(
                        "route",
                        "default/root",
                        ProxyFixture.endpoints("default/blue", proxy.named("blue").address()));
        var usual =
                new Snapshot(
                        List.of(new VirtualHost(Set.of(VirtualHost.ANY), List.of(route))),
                        List.of());
        proxy.plane.apply(usual.withEdge(entrance(2, SHORT)));
        RawClient client = proxy.client();
        RawPeer peer = proxy.closing(RawPeer.to(proxy.plane.edges().getFirst()));
        peer.get(1, "/");
        assertThat(peer.message(1).body()).isEqualTo("blue");
        RawClient.Answer answer = client.get("/").answer();
        assertThat(proxy.client().closes()).isTrue();
        while (answer.field("connection").isEmpty()) {
            answer = client.get("/").answer();
        }
        assertThat(answer.field("connection")).isEqualTo("close");
        assertThat(client.closes()).isTrue();
        assertThat(peer.goodbye().code()).isZero();
        // as before, once nobody asks for it any more
        proxy.plane.apply(usual);
        for (int i = 0; i < 4; i++) {
            assertThat(proxy.client().get("/").answer().body()).isEqualTo("blue");
        }
    }

    @Test
    void anOldConnectionIsAskedToComeAgain() throws Exception {
        Address at = listen(entrance(10, SHORT));
        RawClient client = proxy.closing(RawClient.to(at.socket()));
        RawPeer peer = proxy.closing(RawPeer.to(at.socket()));
        peer.get(1, "/");
        assertThat(peer.message(1).body()).isEqualTo("blue");
        RawClient.Answer answer = client.get("/").answer();
        while (answer.field("connection").isEmpty()) {
            assertThat(answer.body()).isEqualTo("blue");
            answer = client.get("/").answer();
        }
        assertThat(answer.field("connection")).isEqualTo("close");
        assertThat(client.closes()).isTrue();
        assertThat(peer.goodbye().code()).isZero();
    }

    @Test
    void aListenerThatIsFullClosesWhatComes() throws Exception {
        Address at = listen(entrance(1, Duration.ZERO));
        RawClient first = proxy.closing(RawClient.to(at.socket()));
        assertThat(first.get("/").answer().body()).isEqualTo("blue");
        assertThat(proxy.closing(RawClient.to(at.socket())).closes()).isTrue();
        assertThat(first.get("/").answer().body()).isEqualTo("blue");
        assertThat(proxy.plane.figures().refusals()).containsEntry("listener-full", 1L);
        first.close();
        Eventually.eventually(
                () -> {
                    RawClient next = proxy.closing(RawClient.to(at.socket()));
                    assertThat(next.get("/").answer().body()).isEqualTo("blue");
                });
    }
}
