package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.http.RawClient;
import dev.weft.testkit.Eventually;
import dev.weft.testkit.NothingLeft;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** How messages pass through, in both directions. */
@Timeout(30)
@ExtendWith({NothingLeft.class, NoBufferLeaks.class})
class ForwardTest {
    private ProxyFixture proxy;

    @BeforeEach
    void start() throws Exception {
        proxy = new ProxyFixture();
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
    }

    /** An origin that answers each request with these bytes. */
    private Origin answering(String bytes) throws Exception {
        Origin origin =
                proxy.origin(
                        talk -> {
                            while (talk.request() != null) {
                                talk.send(bytes);
                            }
                        });
        proxy.routeTo(origin);
        return origin;
    }

    /** An origin that answers once with these bytes and closes. */
    private Origin answeringOnce(String bytes) throws Exception {
        Origin origin =
                proxy.origin(
                        talk -> {
                            if (talk.request() != null) {
                                talk.send(bytes);
                            }
                        });
        proxy.routeTo(origin);
        return origin;
    }

    @Test
    void passesRequestsOnOverOneKeptConnection() throws Exception {
        Origin origin = proxy.named("blue");
        proxy.routeTo(origin);
        RawClient client = proxy.client();
        for (int i = 0; i < 3; i++) {
            RawClient.Answer answer = client.get("/a?b=" + i).answer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("blue");
        }
        assertThat(origin.requests())
                .extracting(Origin.Request::line)
                .containsExactly(
                        "GET /a?b=0 HTTP/1.1", "GET /a?b=1 HTTP/1.1", "GET /a?b=2 HTTP/1.1");
        assertThat(origin.accepted()).isEqualTo(1);
    }

    @Test
    void passesPipelinedRequestsOnOneByOneInOrder() throws Exception {
        Origin origin =
                proxy.origin(
                        talk -> {
                            Origin.Request request;
                            while ((request = talk.request()) != null) {
                                talk.answer(request.line().split(" ")[1]);
                            }
                        });
        proxy.routeTo(origin);
        RawClient client = proxy.client();
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            many.append("GET /").append(i).append(" HTTP/1.1\r\nHost: a\r\n\r\n");
        }
        client.send(many.toString());
        for (int i = 0; i < 50; i++) {
            assertThat(client.answer().body()).isEqualTo("/" + i);
        }
        assertThat(origin.accepted()).isEqualTo(1);
    }

    @Test
    void passesABodyOfStatedLength() throws Exception {
        Origin origin = answering("HTTP/1.1 201 Made\r\nContent-Length: 2\r\n\r\nok");
        RawClient client = proxy.client();
        client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel").send("lo");
        RawClient.Answer answer = client.answer();
        assertThat(answer.head().getFirst()).isEqualTo("HTTP/1.1 201 Made");
        assertThat(answer.body()).isEqualTo("ok");
        assertThat(origin.requests().getFirst().body()).isEqualTo("hello");
        assertThat(origin.requests().getFirst().field("content-length")).isEqualTo("5");
    }

    @Test
    void passesAChunkedBodyOnInChunks() throws Exception {
        Origin origin =
                answering(
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                + "3;a=b\r\nabc\r\n0010\r\n0123456789abcdef\r\n0\r\nX: y\r\n\r\n");
        RawClient client = proxy.client();
        for (int i = 0; i < 2; i++) {
            client.send("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.send("5\r\nhello\r\n").send("1\r\n!\r\n0\r\n\r\n");
            assertThat(client.answer().body()).isEqualTo("abc0123456789abcdef");
        }
        assertThat(origin.requests()).extracting(Origin.Request::body).contains("hello!");
        assertThat(origin.accepted()).isEqualTo(1);
    }

    @Test
    void putsEachPieceOfAStreamOnTheWireAtOnce() throws Exception {
        var go = new CountDownLatch(1);
        Origin origin =
                proxy.origin(
                        talk -> {
                            talk.request();
                            talk.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                            talk.send("5\r\nfirst\r\n");
                            await(go);
                            talk.send("6\r\nsecond\r\n0\r\n\r\n");
                        });
        proxy.routeTo(origin);
        RawClient client = proxy.client();
        client.get("/").head();
        assertThat(new String(client.chunk(), StandardCharsets.UTF_8)).isEqualTo("first");
        go.countDown();
        assertThat(new String(client.chunk(), StandardCharsets.UTF_8)).isEqualTo("second");
        assertThat(client.chunk()).isEmpty();
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody said go");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void headAnd204And304HaveNoBody() throws Exception {
        Origin origin =
                proxy.origin(
                        talk -> {
                            Origin.Request request;
                            while ((request = talk.request()) != null) {
                                switch (request.line().split(" ")[1]) {
                                    case "/head" ->
                                            talk.send(
                                                    "HTTP/1.1 200 OK\r\n"
                                                            + "Content-Length: 99\r\n\r\n");
                                    case "/204" -> talk.send("HTTP/1.1 204 No Content\r\n\r\n");
                                    case "/304" ->
                                            talk.send(
                                                    "HTTP/1.1 304 Not Modified\r\nETag: x\r\n"
                                                            + "Content-Length: 99\r\n\r\n");
                                    default -> talk.answer("end");
                                }
                            }
                        });
        proxy.routeTo(origin);
        RawClient client = proxy.client();
        client.send("HEAD /head HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(client.answerToHead().field("content-length")).isEqualTo("99");
        assertThat(client.get("/204").answer().status()).isEqualTo(204);
        assertThat(client.get("/304").answer().field("etag")).isEqualTo("x");
        assertThat(client.get("/end").answer().body()).isEqualTo("end");
        assertThat(origin.accepted()).isEqualTo(1);
    }

    @Test
    void anAnswerThatEndsWithItsConnectionIsWhole() throws Exception {
        answeringOnce("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nall of it");
        RawClient client = proxy.client();
        assertThat(client.get("/").answer().body()).isEqualTo("all of it");
        assertThat(client.get("/").answer().body()).isEqualTo("all of it");
    }

    @Test
    void anHttp10OriginIsAnsweredForAsHttp11() throws Exception {
        answeringOnce("HTTP/1.0 200 OK\r\nServer: old\r\n\r\nold");
        RawClient client = proxy.client();
        RawClient.Answer answer = client.get("/").answer();
        assertThat(answer.head().getFirst()).isEqualTo("HTTP/1.1 200 OK");
        assertThat(answer.body()).isEqualTo("old");
    }

    @Test
    void anHttp10CallerGetsAStreamUntilItCloses() throws Exception {
        answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
        RawClient client = proxy.client();
        client.send("GET / HTTP/1.0\r\nHost: a\r\n\r\n");
        RawClient.Answer answer = client.answer();
        assertThat(answer.fields("transfer-encoding")).isEmpty();
        assertThat(answer.body()).isEqualTo("abc");
    }

    @Test
    void anAnswerCutShortNeverLooksComplete() throws Exception {
        answeringOnce("HTTP/1.1 200 OK\r\nContent-Length: 20000\r\n\r\nabc");
        RawClient byLength = proxy.client();
        byLength.get("/").head();
        assertThat(byLength.isReset()).isTrue();

        answeringOnce("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
        RawClient byChunks = proxy.client();
        byChunks.get("/").head();
        byChunks.chunk();
        assertThat(byChunks.isReset()).isTrue();

        RawClient old = proxy.client();
        old.send("GET / HTTP/1.0\r\nHost: a\r\n\r\n").head();
        old.exactly(3);
        assertThat(old.isReset()).isTrue();
    }

    @Test
    void aCallerWhoGoesCancelsTheRequestUpstream() throws Exception {
        Origin origin =
                proxy.origin(
                        talk -> {
                            talk.request();
                            talk.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
                            talk.line();
                        });
        proxy.routeTo(origin);
        RawClient client = proxy.client();
        client.get("/").head();
        client.exactly(3);
        assertThat(origin.open()).isEqualTo(1);
        client.close();
        Eventually.eventually("the origin's connection is closed", () -> origin.open() == 0);
    }

    @Test
    void aCallerWhoResetsDuringItsBodyCancelsTheRequestUpstream() throws Exception {
        Origin origin =
                proxy.origin(
                        talk -> {
                            talk.request();
                        });
        proxy.routeTo(origin);
        RawClient client = proxy.client();
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhello");
        Eventually.eventually("the request is there", () -> origin.open() == 1);
        client.reset();
        Eventually.eventually("the origin's connection is closed", () -> origin.open() == 0);
    }

    @Test
    void anEarlyAnswerReachesACallerWhoStillSends() throws Exception {
        Origin origin =
                proxy.origin(
                        talk -> {
                            // the head alone: the body is left unread
                            while (!String.valueOf(talk.line()).isEmpty()) {}
                            talk.send(
                                    "HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n"
                                            + "Connection: close\r\n\r\nno!");
                            talk.exactly(1 << 20);
                        });
        proxy.routeTo(origin);
        RawClient client = proxy.client();
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\nhello");
        RawClient.Answer answer = client.answer();
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.body()).isEqualTo("no!");
        assertThat(answer.field("connection")).isEqualTo("close");
    }

    @Test
    void continueComesFromTheOrigin() throws Exception {
        Origin origin =
                proxy.origin(
                        talk -> {
                            while (!String.valueOf(talk.line()).isEmpty()) {}
                            talk.send("HTTP/1.1 100 Continue\r\n\r\n");
                            talk.answer(talk.exactly(5));
                        });
        proxy.routeTo(origin);
        RawClient client = proxy.client();
        client.send(
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n"
                        + "Expect: 100-continue\r\n\r\n");
        assertThat(client.head()).containsExactly("HTTP/1.1 100 Continue");
        client.send("hello");
        assertThat(client.answer().body()).isEqualTo("hello");
    }

    @Test
    void informationalAnswersPass() throws Exception {
        answering(
                "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
                        + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        RawClient client = proxy.client();
        client.get("/");
        assertThat(client.head()).containsExactly("HTTP/1.1 103 Early Hints", "Link: </a.css>");
        assertThat(client.answer().body()).isEqualTo("ok");
        client.send("GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n");
        assertThat(client.answer().status()).isEqualTo(200);
    }

    @Test
    void unsolicitedBytesCloseAPooledConnection() throws Exception {
        Origin origin =
                answering(
                        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
                                + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
        RawClient client = proxy.client();
        assertThat(client.get("/").answer().body()).isEqualTo("ok");
        assertThat(client.get("/").answer().body()).isEqualTo("ok");
        assertThat(origin.accepted()).isEqualTo(2);
    }

    @Test
    void largeBodiesPassBothWaysAtThePaceOfTheSlower() throws Exception {
        int size = 20_000_000;
        Origin origin =
                proxy.origin(
                        talk -> {
                            String line;
                            while (!(line = String.valueOf(talk.line())).isEmpty()) {
                                assertThat(line).isNotNull();
                            }
                            int left = size;
                            while (left > 0) {
                                left -= talk.exactly(Math.min(left, 100_000)).length();
                            }
                            talk.send("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
                            String block = "x".repeat(100_000);
                            for (int i = 0; i < size / 100_000; i++) {
                                talk.send(block);
                            }
                        });
        proxy.routeTo(origin);
        RawClient client = proxy.client();
        client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + size + "\r\n\r\n");
        byte[] block = new byte[100_000];
        for (int i = 0; i < size / 100_000; i++) {
            client.send(block);
        }
        client.head();
        assertThat(client.exactly(size)).hasSize(size);
    }

    @Test
    void aStalledReaderDoesNotFillTheMemory() throws Exception {
        Origin origin =
                proxy.origin(
                        talk -> {
                            talk.request();
                            talk.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
                            String block = "x".repeat(100_000);
                            for (int i = 0; i < 10_000; i++) {
                                talk.send(block);
                                sent = i + 1;
                            }
                        });
        proxy.routeTo(origin);
        RawClient client = proxy.client();
        client.get("/").head();
        // the sockets' own buffers, and little more
        Eventually.always(Duration.ofSeconds(1), () -> assertThat(sent).isLessThan(200));
        client.close();
    }

    private volatile int sent;

    @Test
    void anAnswerThatIsNotHttpIsRefused() throws Exception {
        for (String bytes :
                new String[] {
                    "SSH-2.0-OpenSSH\r\n\r\n",
                    "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
                    "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nabc",
                    "HTTP/1.1 200 OK\r\nA\u0000: 3\r\n\r\nabc",
                    "HTTP/1.1 200 OK\nA: 3\n\nabc",
                    "HTTP/1.1 99 Low\r\n\r\n"
                }) {
            answeringOnce(bytes);
            RawClient.Answer answer = proxy.client().get("/").answer();
            assertThat(answer.status()).as(bytes).isEqualTo(502);
            assertThat(answer.field("weft-cause")).isEqualTo("upstream-malformed");
            assertThat(answer.field("weft-object")).isEqualTo("Service default/blue");
        }
    }

    @Test
    void brokenChunksCutTheAnswer() throws Exception {
        answeringOnce("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcX");
        RawClient client = proxy.client();
        client.get("/");
        assertThat(client.isReset()).isTrue();
    }
}
