package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.http.RawClient;
import dev.weft.dataplane.route.Policy;
import dev.weft.dataplane.route.Timeouts;
import dev.weft.testkit.Eventually;
import dev.weft.testkit.NothingLeft;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is more than one request and one answer: trailers, tunnels, events, half a connection. */
@Timeout(60)
@ExtendWith({NothingLeft.class, NoBufferLeaks.class})
class StreamTest {
    private static final String SWITCH =
            "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    private static final String SWITCHED =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\n"
                    + "Upgrade: websocket\r\n\r\n";

    private ProxyFixture proxy;

    @BeforeEach
    void start() throws Exception {
        proxy = new ProxyFixture();
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Test
    void trailersPassBothWaysWhereTheyAreTaken() throws Exception {
        Origin origin =
                proxy.origin(
                        talk -> {
                            while (talk.line() instanceof String line) {
                                var head = new StringBuilder(line);
                                String field;
                                while (!(field = String.valueOf(talk.line())).isEmpty()) {
                                    head.append('|').append(field);
                                }
                                var chunks = new StringBuilder();
                                while (!(field = String.valueOf(talk.line())).isEmpty()) {
                                    chunks.append('|').append(field);
                                }
                                boolean takes = head.toString().contains("te: trailers");
                                talk.send(
                                        "HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\n"
                                                + "Transfer-Encoding: chunked\r\n\r\n");
                                String body = takes + " " + chunks;
                                talk.send(
                                        Integer.toHexString(body.length())
                                                + "\r\n"
                                                + body
                                                + "\r\n0\r\nX-Sum: a\r\nContent-Length: 3\r\n"
                                                + "Set-Cookie: b\r\n\r\n");
                            }
                        });
        proxy.routeTo(origin);
        RawClient client = proxy.client();
        String request =
                "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n"
                        + "X-Check:  1 \r\nHost: evil\r\nAuthorization: b\r\nX-More: 2\r\n\r\n";
        client.send("PUT / HTTP/1.1\r\nHost: a\r\nConnection: TE\r\nTE: trailers\r\n" + request);
        assertThat(client.head()).contains("Trailer: X-Sum");
        assertThat(text(client.chunk())).isEqualTo("true |2|hi|0|x-check: 1|x-more: 2");
        assertThat(List.of(client.line(), client.line(), client.line()))
                .containsExactly("0", "x-sum: a", "");

        client.send("PUT / HTTP/1.1\r\nHost: a\r\nTE: gzip\r\n" + request);
        assertThat(client.answer().body()).isEqualTo("false |2|hi|0|x-check: 1|x-more: 2");
    }

    @Test
    void aWebSocketIsAStreamBothWays() throws Exception {
        Origin origin =
                proxy.origin(
                        talk -> {
                            talk.request();
                            talk.send(SWITCHED);
                            talk.send("hello");
                            talk.send(talk.exactly(4) + "!");
                            talk.line();
                        });
        proxy.routeTo(origin);
        RawClient client = proxy.client();
        client.send(SWITCH + "ping");
        assertThat(client.head().getFirst()).contains("101");
        assertThat(text(client.exactly(10))).isEqualTo("helloping!");
        client.close();
        Eventually.eventually("the endpoint sees the end", () -> origin.open() == 0);
    }

    @Test
    void aTunnelThatIsSilentTooLongIsCut() throws Exception {
        Origin origin =
                proxy.origin(
                        talk -> {
                            talk.request();
                            talk.send(SWITCHED);
                            talk.line();
                        });
        Timeouts.Lasting lasting =
                new Timeouts.Lasting(Timeouts.NONE, Timeouts.NONE, Duration.ofMillis(300));
        proxy.routeTo(
                ProxyFixture.endpoints("default/blue", origin.address()),
                Policy.usual().withTimeouts(Timeouts.usual().withLasting(lasting)));
        RawClient client = proxy.client();
        client.send(SWITCH);
        assertThat(client.head().getFirst()).contains("101");
        assertThat(client.isReset()).isTrue();
        Eventually.eventually("the endpoint sees the end", () -> origin.open() == 0);
    }

    @Test
    void aTunnelPassesOnTheEndOfOneDirection() throws Exception {
        Origin origin =
                proxy.origin(
                        talk -> {
                            talk.request();
                            talk.send(SWITCHED);
                            String all = String.valueOf(talk.line());
                            talk.send("heard " + all);
                        });
        proxy.routeTo(origin);
        RawClient client = proxy.client();
        client.send(SWITCH);
        client.head();
        client.send("last words");
        client.socket().shutdownOutput();
        assertThat(text(client.socket().getInputStream().readAllBytes()))
                .isEqualTo("heard last words");
    }

    @Test
    void aCallerWhoSendsNoMoreStillGetsItsAnswer() throws Exception {
        var go = new Semaphore(0);
        Origin origin =
                proxy.origin(
                        talk -> {
                            talk.request();
                            go.acquireUninterruptibly();
                            talk.answer("late");
                            talk.line();
                        });
        proxy.routeTo(origin);
        RawClient client = proxy.client();
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        client.socket().shutdownOutput();
        Eventually.eventually("the request is there", () -> !origin.requests().isEmpty());
        go.release();
        assertThat(client.answer().body()).isEqualTo("late");
        assertThat(client.closes()).isTrue();
    }

    @Test
    void aCallerWhoHasGoneCancelsWhatItAskedFor() throws Exception {
        Origin origin =
                proxy.origin(
                        talk -> {
                            talk.request();
                            talk.line();
                        });
        proxy.routeTo(origin);
        RawClient client = proxy.client();
        client.get("/");
        Eventually.eventually("the request is there", () -> !origin.requests().isEmpty());
        client.close();
        Eventually.eventually("the endpoint sees the end", () -> origin.open() == 0);
    }

    @Test
    void eventsPassOneByOne() throws Exception {
        var next = new Semaphore(0);
        Origin origin =
                proxy.origin(
                        talk -> {
                            talk.request();
                            talk.send(
                                    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                                            + "Transfer-Encoding: chunked\r\n\r\n");
                            for (int i = 0; i < 3; i++) {
                                next.acquireUninterruptibly();
                                talk.send("9\r\ndata: " + i + "\n\n\r\n");
                            }
                            talk.send("0\r\n\r\n");
                        });
        proxy.routeTo(origin);
        RawClient client = proxy.client();
        client.get("/");
        assertThat(client.head()).contains("Content-Type: text/event-stream");
        for (int i = 0; i < 3; i++) {
            next.release();
            assertThat(text(client.chunk())).isEqualTo("data: " + i + "\n\n");
        }
    }

    @Test
    void aRequestThatPassesTooOftenIsStopped() throws Exception {
        Origin origin = proxy.named("ok");
        proxy.routeTo(origin);
        RawClient client = proxy.client();
        client.send("GET / HTTP/1.1\r\nHost: a\r\nWeft-Hops: 7\r\n\r\n");
        assertThat(client.answer().body()).isEqualTo("ok");
        assertThat(origin.requests().getLast().field("weft-hops")).isEqualTo("8");
        client.send("GET / HTTP/1.1\r\nHost: a\r\nWeft-Hops: 16\r\n\r\n");
        RawClient.Answer answer = client.answer();
        assertThat(answer.status()).isEqualTo(508);
        assertThat(answer.field("weft-cause")).isEqualTo("loop-detected");

        // the endpoint is Weft itself
        var edge = proxy.plane.edges().getFirst();
        proxy.routeTo(
                ProxyFixture.endpoints(
                        "default/loop",
                        new dev.weft.dataplane.route.Address("127.0.0.1", edge.getPort())));
        client.get("/");
        RawClient.Answer looped = client.answer();
        assertThat(looped.status()).isEqualTo(508);
        assertThat(looped.field("weft-cause")).as("of an endpoint, whoever it is").isEmpty();
        assertThat(looped.body()).contains("weft-cause: loop-detected");
    }
}
