package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.http.RawClient;
import dev.weft.dataplane.http2.RawOrigin;
import dev.weft.dataplane.http2.RawPeer;
import dev.weft.dataplane.http2.frame.ErrorCode;
import dev.weft.dataplane.http2.frame.FrameType;
import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.upstream.Cluster;
import dev.weft.testkit.Eventually;
import dev.weft.testkit.NothingLeft;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSockets as streams, in HTTP/1.1 and HTTP/2 on either side (RFC 6455, RFC 8441). */
@Timeout(60)
@ExtendWith({NothingLeft.class, NoBufferLeaks.class})
class WebSocketTest {
    private static final int ENABLE_CONNECT_PROTOCOL = 8;
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    private static final String ANSWER = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private ProxyFixture proxy;
    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        proxy = new ProxyFixture();
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
        proxy.close();
    }

    private RawPeer client() throws IOException {
        var client = RawPeer.to(proxy.plane.edges().getFirst());
        opened.add(client);
        return client;
    }

    private RawOrigin http2(RawOrigin.Script script) throws IOException {
        var origin = RawOrigin.start(script);
        opened.add(origin);
        proxy.routeTo(speakingHttp2(origin.address()));
        return origin;
    }

    private static Backend.Endpoints speakingHttp2(Address address) {
        Backend.Endpoints endpoints = ProxyFixture.endpoints("default/blue", address);
        return endpoints.withTerms(endpoints.terms().withProtocol(Cluster.Protocol.HTTP2));
    }

    private static RawPeer connect(RawPeer client, int stream, String... more) throws IOException {
        var all = new ArrayList<>(List.of(":method", "CONNECT", ":protocol", "websocket"));
        all.addAll(List.of(":scheme", "http", ":path", "/chat?a=b", ":authority", "test"));
        all.addAll(List.of("sec-websocket-version", "13"));
        all.addAll(List.of(more));
        return client.headers(stream, false, all.toArray(String[]::new));
    }

    private static String upgrade() {
        return "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                + KEY
                + "\r\n\r\n";
    }

    /** Agrees as HTTP/1.1 does, with the answer to whatever key came. */
    private static void agree(Origin.Talk talk) throws IOException {
        Origin.Request request = talk.request();
        if (request == null) {
            throw new IOException("no request came");
        }
        assertThat(request.field("upgrade")).isEqualTo("websocket");
        assertThat(request.field("connection")).isEqualTo("upgrade");
        talk.send(
                "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Accept: "
                        + EchoFrames.answer(request.field("sec-websocket-key"))
                        + "\r\n\r\n");
    }

    // ---- a caller of HTTP/2

    @Test
    void aStreamOfHttp2SwitchesAnEndpointOfHttp1() throws Exception {
        Origin origin =
                proxy.origin(
                        talk -> {
                            agree(talk);
                            talk.send("hello");
                            talk.send(talk.exactly(4) + "!");
                            talk.send("heard " + talk.line());
                        });
        proxy.routeTo(origin);
        RawPeer client = client();
        assertThat(client.await(FrameType.SETTINGS).payload())
                .containsSequence(0, ENABLE_CONNECT_PROTOCOL, 0, 0, 0, 1);

        // what is said before the endpoint has agreed waits for it
        connect(client, 1, "sec-websocket-protocol", "chat").data(1, false, "ping");

        RawPeer.Frame head = client.await(FrameType.HEADERS, 1);
        assertThat(head.ends()).isFalse();
        assertThat(head.fields())
                .containsEntry(":status", "200")
                .containsEntry("sec-websocket-protocol", "chat")
                .doesNotContainKeys("upgrade", "connection", "sec-websocket-accept");
        assertThat(text(client, 1, 10)).isEqualTo("helloping!");
        client.data(1, true, "last words");
        assertThat(text(client, 1, 16)).isEqualTo("heard last words");
        Origin.Request seen = origin.requests().getFirst();
        assertThat(seen.line()).isEqualTo("GET /chat?a=b HTTP/1.1");
        assertThat(seen.field("host")).isEqualTo("test");
        assertThat(seen.field("sec-websocket-key")).hasSize(24);
        assertThat(seen.field("transfer-encoding") + seen.field("content-length")).isEmpty();
        Eventually.eventually("the endpoint has ended", () -> origin.open() == 0);
    }

    private static String text(RawPeer peer, int stream, int length) throws IOException {
        var text = new StringBuilder();
        while (text.length() < length) {
            text.append(peer.await(FrameType.DATA, stream).text());
        }
        return text.toString();
    }

    @Test
    void manyWebSocketsAndRequestsShareOneConnection() throws Exception {
        Origin origin =
                proxy.origin(
                        talk -> {
                            Origin.Request request;
                            while ((request = talk.request()) != null) {
                                if (request.field("upgrade").isEmpty()) {
                                    talk.answer("plain");
                                    continue;
                                }
                                talk.send(
                                        "HTTP/1.1 101 S\r\nConnection: upgrade\r\n"
                                                + "Upgrade: websocket\r\nSec-WebSocket-Accept: "
                                                + EchoFrames.answer(
                                                        request.field("sec-websocket-key"))
                                                + "\r\n\r\n");
                                talk.send(talk.exactly(5));
                                talk.line();
                                return;
                            }
                        });
        proxy.routeTo(origin);
        RawPeer client = client();
        for (int i = 0; i < 20; i++) {
            connect(client, 1 + 2 * i);
        }
        client.get(41, "/");
        assertThat(client.message(41).body()).isEqualTo("plain");
        for (int i = 19; i >= 0; i--) {
            client.data(1 + 2 * i, false, "%05d".formatted(i));
            assertThat(text(client, 1 + 2 * i, 5)).isEqualTo("%05d".formatted(i));
        }
        client.reset(1, ErrorCode.CANCEL);
        Eventually.eventually("one has left", () -> origin.open() == 20);
        client.close();
        Eventually.eventually("all have left", () -> origin.open() <= 1);
    }

    @Test
    void aWebSocketThatIsNotReadStopsAtItsCredit() throws Exception {
        Origin origin =
                proxy.origin(
                        talk -> {
                            agree(talk);
                            String block = "x".repeat(100_000);
                            for (int i = 0; i < 200; i++) {
                                talk.send(block);
                            }
                        });
        proxy.routeTo(origin);
        RawPeer client = client().withoutCredit();
        connect(client, 1);
        int got = 0;
        while (got < 65_535) {
            got += client.await(FrameType.DATA, 1).payload().length;
        }
        assertThat(got).isEqualTo(65_535);
        client.window(1, 1 << 30).window(0, 1 << 30);
        while (got < 20_000_000) {
            got += client.await(FrameType.DATA, 1).payload().length;
        }
    }

    @Test
    void whatIsNoWebSocketIsNotTakenForOne() throws Exception {
        Origin origin =
                proxy.origin(
                        talk -> {
                            talk.request();
                            talk.answer("just a page");
                            talk.request();
                            talk.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\n\r\nnope");
                            talk.request();
                        });
        proxy.routeTo(origin);
        RawPeer client = client();

        RawPeer.Message page = connect(client, 1).message(1);
        assertThat(page.status()).isEqualTo("502");
        assertThat(page.head()).containsEntry("weft-cause", "not-switched");
        assertThat(page.body()).contains("the answer was 200");

        RawPeer.Message forbidden = connect(client, 3).message(3);
        assertThat(forbidden.status()).isEqualTo("403");
        assertThat(forbidden.body()).isEqualTo("nope");
    }

    @Test
    void aServerThatDoesNotKnowTheKeyIsNotBelieved() throws Exception {
        proxy.routeTo(
                proxy.origin(
                        talk -> {
                            talk.request();
                            talk.send(
                                    "HTTP/1.1 101 S\r\n"
                                            + "Connection: upgrade\r\n"
                                            + "Upgrade: websocket\r\n"
                                            + "Sec-WebSocket-Accept: made-up\r\n\r\n");
                            talk.line();
                        }));
        RawPeer.Message answer = connect(client(), 1).message(1);
        assertThat(answer.status()).isEqualTo("502");
        assertThat(answer.head()).containsEntry("weft-cause", "upstream-malformed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ":method=GET :protocol=websocket :scheme=http :path=/ :authority=a",
                ":method=CONNECT :protocol=websocket :path=/ :authority=a",
                ":method=CONNECT :protocol=websocket :scheme=http :authority=a",
                ":method=CONNECT :protocol=websocket :scheme=http :path=/",
                ":method=CONNECT :protocol=websocket :protocol=websocket :scheme=http :path=/"
                        + " :authority=a",
                ":method=CONNECT :protocol=websocket :scheme=http :path=/ :authority=a"
                        + " upgrade=websocket",
            })
    void aConnectThatIsNotWellFormedIsReset(String fields) throws Exception {
        proxy.routeTo(proxy.named("hello"));
        RawPeer client = client().headers(1, false, fields.split("[ =]"));
        assertThat(client.await(FrameType.RST_STREAM, 1).code())
                .isEqualTo(ErrorCode.PROTOCOL_ERROR);
    }

    @ParameterizedTest
    @ValueSource(strings = {"connect-udp", "websocket2", "h2c"})
    void noOtherProtocolIsServed(String protocol) throws Exception {
        proxy.routeTo(proxy.named("hello"));
        RawPeer client =
                client().headers(
                                1,
                                false,
                                (":method=CONNECT :protocol="
                                                + protocol
                                                + " :scheme=http :path=/ :authority=a")
                                        .split("[ =]"));
        assertThat(client.message(1).status()).isEqualTo("501");
    }

    // ---- an endpoint of HTTP/2

    private static void serveConnect(RawPeer peer) throws IOException {
        peer.settings(ENABLE_CONNECT_PROTOCOL, 1);
        RawPeer.Frame request = peer.asked();
        assertThat(request.fields())
                .containsEntry(":method", "CONNECT")
                .containsEntry(":protocol", "websocket")
                .containsEntry("sec-websocket-version", "13")
                .doesNotContainKeys("upgrade", "connection", "sec-websocket-key");
        int id = request.stream();
        peer.headers(id, false, ":status", "200", "x-path", request.path());
        peer.data(id, false, "hello");
        String heard = text(peer, id, 4);
        peer.data(id, false, heard + "!");
        peer.data(id, true, "bye");
        peer.closes();
    }

    @Test
    void aCallerOfHttp1SwitchesAnEndpointOfHttp2() throws Exception {
        http2(WebSocketTest::serveConnect);
        RawClient client = proxy.client();

        client.send(upgrade() + "ping");

        assertThat(client.head())
                .contains("HTTP/1.1 101 Switching Protocols", "x-path: /chat")
                .contains("sec-websocket-accept: " + ANSWER)
                .contains("upgrade: websocket", "connection: upgrade");
        assertThat(new String(client.exactly(13), StandardCharsets.UTF_8))
                .isEqualTo("helloping!bye");
        assertThat(client.closes()).isTrue();
    }

    @Test
    void aWebSocketMayBeOfHttp2OnBothSides() throws Exception {
        http2(WebSocketTest::serveConnect);
        RawPeer client = connect(client(), 1).data(1, false, "ping");

        RawPeer.Frame head = client.await(FrameType.HEADERS, 1);
        assertThat(head.fields())
                .containsEntry(":status", "200")
                .doesNotContainKeys("upgrade", "sec-websocket-accept");
        assertThat(text(client, 1, 13)).isEqualTo("helloping!bye");
    }

    @Test
    void aCallerWhoGoesEndsTheStreamToTheEndpoint() throws Exception {
        var ended = new CompletableFuture<Integer>();
        http2(
                peer -> {
                    peer.settings(ENABLE_CONNECT_PROTOCOL, 1);
                    int id = peer.asked().stream();
                    peer.headers(id, false, ":status", "200");
                    peer.data(id, false, "hello");
                    ended.complete(peer.await(FrameType.RST_STREAM, id).code());
                    peer.closes();
                });
        RawClient client = proxy.client();
        client.send(upgrade());
        client.head();
        client.exactly(5);
        client.reset();
        assertThat(ended.get(20, TimeUnit.SECONDS)).isEqualTo(ErrorCode.CANCEL);
    }

    @Test
    void anEndpointThatTakesNoWebSocketsOverHttp2IsToldOf() throws Exception {
        http2(
                peer -> {
                    peer.settings();
                    peer.closes();
                });
        RawClient client = proxy.client();
        client.send(upgrade());
        RawClient.Answer answer = client.answer();
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.field("weft-cause")).isEqualTo("upstream-protocol");
        assertThat(answer.body()).contains("takes no WebSocket over HTTP/2");
    }

    // ---- a real client

    @Test
    void messagesOfTheJdksClientPassOverHttp2BetweenTwoProxies() throws Exception {
        Origin echo = proxy.origin(EchoFrames::serve);
        try (var front = new ProxyFixture();
                HttpClient http = HttpClient.newHttpClient()) {
            proxy.routeTo(echo);
            InetSocketAddress back = proxy.plane.edges().getFirst();
            front.routeTo(speakingHttp2(new Address("127.0.0.1", back.getPort())));
            InetSocketAddress edge = front.plane.edges().getFirst();
            var heard = new Heard();
            WebSocket socket =
                    http.newWebSocketBuilder()
                            .buildAsync(
                                    URI.create("ws://127.0.0.1:" + edge.getPort() + "/chat"), heard)
                            .get(20, TimeUnit.SECONDS);
            var said = new ArrayList<String>();
            for (int i = 0; i < 100; i++) {
                String text = i % 10 == 9 ? "long ".repeat(20_000) + i : "message " + i;
                socket.sendText(text, true).get(20, TimeUnit.SECONDS);
                said.add(text);
            }
            socket.sendPing(ByteBuffer.wrap(new byte[] {1})).get(20, TimeUnit.SECONDS);
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "done").get(20, TimeUnit.SECONDS);
            assertThat(heard.closed.get(20, TimeUnit.SECONDS)).isEqualTo(1000);
            assertThat(heard.texts).isEqualTo(said);
        }
    }

    private static final class Heard implements WebSocket.Listener {
        final List<String> texts = new ArrayList<>();
        final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                texts.add(text.toString());
                text.setLength(0);
            }
            socket.request(1);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed.complete(code);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            closed.completeExceptionally(error);
        }
    }
}
