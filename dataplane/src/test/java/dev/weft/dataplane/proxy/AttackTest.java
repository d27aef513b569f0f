package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.http.RawClient;
import dev.weft.testkit.NothingLeft;
import java.io.EOFException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What two readers could read differently is refused, closed, and never passed on. */
@Timeout(30)
@ExtendWith({NothingLeft.class, NoBufferLeaks.class})
class AttackTest {
    private ProxyFixture proxy;
    private Origin origin;

    @BeforeEach
    void start() throws Exception {
        proxy = new ProxyFixture();
        origin = proxy.named("origin");
        proxy.routeTo(origin);
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // both lengths, several lengths, lengths that are none
                "POST / HTTP/1.1\r\n"
                        + "Host: a\r\n"
                        + "Content-Length: 5\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n"
                        + "0\r\n\r\n",
                "POST / HTTP/1.1\r\n"
                        + "Host: a\r\n"
                        + "Transfer-Encoding: chunked\r\n"
                        + "Content-Length: 5\r\n\r\n"
                        + "0\r\n\r\n",
                "POST / HTTP/1.1\r\n"
                        + "Host: a\r\n"
                        + "Content-Length: 5\r\n"
                        + "Content-Length: 6\r\n\r\n"
                        + "hello!",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\nhello",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nhello",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\nhello",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\nhello",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5 \u000b\r\n\r\nhello",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\nhello",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\nhello",
                // codings that are none of ours
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\n"
                        + "Host: a\r\n"
                        + "Transfer-Encoding: chunked, identity\r\n\r\n"
                        + "0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n",
                "POST / HTTP/1.1\r\n"
                        + "Host: a\r\n"
                        + "Transfer-Encoding: chunked\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n"
                        + "0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\u000bchunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                // names, folds, line ends
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n\tz\r\n\r\n",
                "GET / HTTP/1.1\r\n X: y\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\n: y\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX y: z\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX\u0000: z\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: a\u0000b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: a\nY: b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: a\u007fb\r\n\r\n",
                "GET / HTTP/1.1\nHost: a\n\n",
                "GET / HTTP/1.1\r\nHost: a\r\n\rX",
                "GET / HTTP/1.1\r\nHost: a\r\nX\u00e4: y\r\n\r\n",
                // hosts
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a:80x\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: [::1]x\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n",
                "GET http://a@b/ HTTP/1.1\r\nHost: a\r\n\r\n",
                // request lines
                "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /\u0001 HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /\u00e4 HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /#x HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / x HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
                "GET /\r\nHost: a\r\n\r\n",
                "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n",
                " GET / HTTP/1.1\r\nHost: a\r\n\r\n",
                "G@T / HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET x HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET * HTTP/1.1\r\nHost: a\r\n\r\n",
                "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/2.0\r\nHost: a\r\n\r\n",
                "GET / http/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.2\r\nHost: a\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003",
                "\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nExpect: something\r\n\r\n"
            })
    void aMalformedRequestIsRefusedAndClosed(String bytes) throws Exception {
        RawClient client = proxy.client();
        client.send(bytes + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
        RawClient.Answer answer = client.answer();
        assertThat(answer.status()).isIn(400, 417, 501, 505);
        assertThat(answer.field("weft-cause")).isIn("malformed-request", "request-refused");
        assertThat(answer.field("connection")).isEqualTo("close");
        assertThat(answer.body()).startsWith("This cannot be served: ");
        assertThat(client.closes()).isTrue();
        assertThat(origin.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n\r\n",
                "x\r\nhello\r\n0\r\n\r\n",
                "5 \r\nhello\r\n0\r\n\r\n",
                " 5\r\nhello\r\n0\r\n\r\n",
                "+5\r\nhello\r\n0\r\n\r\n",
                "0x5\r\nhello\r\n0\r\n\r\n",
                "-5\r\nhello\r\n0\r\n\r\n",
                "5\nhello\r\n0\r\n\r\n",
                "5\r\nhello0\r\n\r\n",
                "5\r\nhello\n0\r\n\r\n",
                "5\r\nhello\r\r\n0\r\n\r\n",
                "123456789\r\nhello\r\n0\r\n\r\n",
                "5;a\nb\r\nhello\r\n0\r\n\r\n",
                "0\r\nX y: z\r\n\r\n",
                "0\r\nX: a\nb\r\n\r\n",
                "0\r\n X: a\r\n\r\n",
                "0\r\n\rX"
            })
    void aBodyInBrokenChunksIsRefusedAndClosed(String chunks) throws Exception {
        RawClient client = proxy.client();
        client.send(
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + chunks
                        + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(client.answer().status()).isEqualTo(400);
        assertThat(client.closes()).isTrue();
        assertThat(origin.requests()).isEmpty();
    }

    @Test
    void endlessChunkExtensionsAndTrailersAreRefused() throws Exception {
        for (String chunks :
                List.of(
                        "5;" + "x".repeat(1000),
                        "0\r\nX: " + "x".repeat(10_000),
                        "0\r\n" + "X: y\r\n".repeat(4000))) {
            RawClient client = proxy.client();
            client.send(
                    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks);
            assertThat(client.answer().status()).isEqualTo(400);
        }
    }

    @Test
    void tooManyFieldsAreRefused() throws Exception {
        RawClient client = proxy.client();
        client.send("GET / HTTP/1.1\r\nHost: a\r\n" + "X: y\r\n".repeat(300) + "\r\n");
        assertThat(client.answer().status()).isEqualTo(431);
        assertThat(client.closes()).isTrue();
    }

    @Test
    void oneSlowCallerDoesNotKeepOthersWaiting() throws Exception {
        RawClient slow = proxy.client();
        slow.send("GET / HTTP/1.1\r\nHo");
        RawClient slowBody = proxy.client();
        slowBody.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe");
        long before = System.nanoTime();
        RawClient quick = proxy.client();
        for (int i = 0; i < 20; i++) {
            assertThat(quick.get("/").answer().status()).isEqualTo(200);
        }
        assertThat(System.nanoTime() - before).isLessThan(TimeUnit.SECONDS.toNanos(5));
    }

    @Test
    void aLineOfSingleBytesIsNotReadOverAndOver() throws Exception {
        RawClient client = proxy.client();
        client.send("GET / HTTP/1.1\r\nHost: a\r\nX: ");
        for (int i = 0; i < 2000; i++) {
            client.send("x");
        }
        client.send("\r\n\r\n");
        assertThat(client.answer().status()).isEqualTo(200);
    }

    @Test
    void abortedConnectionsLeaveNothing() throws Exception {
        for (int i = 0; i < 200; i++) {
            RawClient client = proxy.client();
            switch (i % 4) {
                case 0 -> client.send("GET / HT");
                case 1 -> client.get("/");
                case 2 -> client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx");
                default -> {
                    try {
                        client.get("/").answer();
                    } catch (EOFException e) {
                        throw new AssertionError(e);
                    }
                }
            }
            client.reset();
        }
        RawClient client = proxy.client();
        assertThat(client.get("/").answer().status()).isEqualTo(200);
    }
}
