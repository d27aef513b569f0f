package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.http.RawClient;
import dev.weft.dataplane.http2.RawPeer;
import dev.weft.dataplane.route.AccessLog;
import dev.weft.dataplane.route.AccessLog.Format;
import dev.weft.dataplane.route.Guard;
import dev.weft.dataplane.route.PathRewrite;
import dev.weft.dataplane.route.Policy;
import dev.weft.dataplane.route.Share;
import dev.weft.testkit.Eventually;
import dev.weft.testkit.NothingLeft;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is written down of requests. */
@Timeout(30)
@ExtendWith({NothingLeft.class, NoBufferLeaks.class})
class AccessLogTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final CountDownLatch mayWrite = new CountDownLatch(1);
    private ProxyFixture proxy;

    @BeforeEach
    void start() throws Exception {
        proxy = new ProxyFixture();
        proxy.plane.accessLog(this::keep);
    }

    @AfterEach
    void stop() throws Exception {
        mayWrite.countDown();
        proxy.close();
    }

    private void keep(byte[] batch) {
        try {
            mayWrite.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        String text = new String(batch, StandardCharsets.US_ASCII);
        assertThat(text).endsWith("\n");
        lines.addAll(List.of(text.split("\n")));
    }

    private void logging(AccessLog log) throws Exception {
        proxy.routeTo(
                ProxyFixture.endpoints("default/blue", proxy.named("hello").address()),
                Policy.usual().withPath(new PathRewrite.Replace("/inside")).withLog(log));
    }

    private void lines(int count) {
        Eventually.eventually(count + " lines are written", () -> lines.size() == count);
    }

    private void ask() throws Exception {
        RawClient client = proxy.client();
        client.send(
                "GET /a%20b?q=1 HTTP/1.1\r\nHost: shop\r\nUser-Agent: say \"hi\" \u00e9\r\n"
                        + "traceparent: 00-"
                        + TRACE
                        + "-00f067aa0ba902b7-01\r\nX-Request-Id: r1\r\n\r\n");
        assertThat(client.answer().body()).isEqualTo("hello");
    }

    @Test
    void aLineOfJsonSaysWhatWasAskedAndWhatCameOfIt() throws Exception {
        mayWrite.countDown();
        logging(AccessLog.whole(Format.JSON));
        ask();
        lines(1);
        assertThat(lines.getFirst())
                .matches("\\{\"time\":\"20[0-9T:.-]+Z\",\"client\":\"127.0.0.1\".*")
                .contains("\"method\":\"GET\",\"host\":\"shop\",\"target\":\"/a%20b?q=1\"")
                .contains("\"status\":200,\"bytes\":5,\"millis\":")
                .contains("\"tries\":1,\"outcome\":\"complete\"")
                .contains("\"route\":\"route\",\"backend\":\"default/blue\"")
                .contains("\"requestId\":\"r1\",\"traceId\":\"" + TRACE + "\"")
                .contains("\"userAgent\":\"say \\\"hi\\\" \\u00e9\"}");
    }

    @Test
    void aRefusalIsWrittenWithItsCause() throws Exception {
        mayWrite.countDown();
        proxy.routeTo(
                ProxyFixture.endpoints("default/blue"),
                Policy.usual().withLog(AccessLog.whole(Format.JSON)));
        assertThat(proxy.client().get("/").answer().status()).isEqualTo(503);
        lines(1);
        assertThat(lines.getFirst())
                .contains("\"status\":503")
                .contains("\"cause\":\"no-endpoints\",\"object\":\"Service default/blue\"");
    }

    @Test
    void anAnswerIsWholeThoughItsCallerLeavesWithoutSendingTheRestOfTheRequest() throws Exception {
        mayWrite.countDown();
        proxy.routeTo(
                ProxyFixture.endpoints("default/blue", proxy.named("hello").address()),
                Policy.usual()
                        .withGuard(Guard.none().withBodyBytesMax(10))
                        .withLog(AccessLog.whole(Format.JSON)));
        RawClient client = proxy.client();
        client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
        client.send("b\r\nhello world\r\n");
        assertThat(client.answer().status()).isEqualTo(413);
        client.close();
        lines(1);
        assertThat(lines.getFirst())
                .contains("\"status\":413")
                .contains("\"outcome\":\"complete\"");
    }

    @Test
    void theCommonFormatIsTheOneThatToolsRead() throws Exception {
        mayWrite.countDown();
        logging(AccessLog.whole(Format.COMMON));
        ask();
        lines(1);
        assertThat(lines.getFirst())
                .matches(
                        "127\\.0\\.0\\.1 - - \\[\\d\\d/[A-Z][a-z]{2}/20\\d\\d(:\\d\\d){3} \\+0000]"
                                + " \"GET /a%20b\\?q=1 HTTP/1\\.1\" 200 5 \"-\""
                                + " \"say \\\\\"hi\\\\\" \\\\xe9\"");
    }

    @ParameterizedTest
    @CsvSource({
        "JSON, '\"target\":\"/x?q=1\",\"protocol\":\"HTTP/2.0\",\"status\":200'",
        "COMMON, '\"GET /x?q=1 HTTP/2.0\" 200 5'"
    })
    void aRequestOverHttp2IsWrittenAsOne(Format format, String wanted) throws Exception {
        mayWrite.countDown();
        logging(AccessLog.whole(format));
        try (var peer = RawPeer.to(proxy.plane.edges().getFirst())) {
            assertThat(peer.get(1, "/x?q=1").message(1).body()).isEqualTo("hello");
        }
        lines(1);
        assertThat(lines.getFirst()).contains(wanted);
    }

    @Test
    void theTraceDecidesWhetherARequestIsInTheSample() throws Exception {
        mayWrite.countDown();
        logging(new AccessLog(Format.JSON, Share.percent(50)));
        RawClient client = proxy.client();
        for (int i = 0; i < 3; i++) {
            for (String end : List.of("00000000000001", "ffffffffffffff")) {
                client.send(
                        "GET / HTTP/1.1\r\nHost: h\r\ntraceparent: 00-0000000000000000aa"
                                + end
                                + "-00f067aa0ba902b7-00\r\n\r\n");
                client.answer();
            }
        }
        logging(AccessLog.whole(Format.JSON));
        ask();
        lines(4);
        assertThat(lines.subList(0, 3)).allMatch(line -> line.contains("aa00000000000001"));
    }

    @Test
    void aLogThatCannotKeepUpDelaysNobodyAndSaysWhatIsMissing() throws Exception {
        logging(AccessLog.whole(Format.JSON));
        String one = "GET /" + "x".repeat(4000) + " HTTP/1.1\r\nHost: h\r\n\r\n";
        RawClient client = proxy.client();
        int asked = 0;
        while (proxy.plane.accessLinesDropped() == 0) {
            assertThat(client.send(one).answer().body()).isEqualTo("hello");
            asked++;
        }
        mayWrite.countDown();
        Eventually.eventually("the queue is written", () -> lines.size() > 1000);
        assertThat(client.send(one).answer().body()).isEqualTo("hello");
        int all = asked + 1;
        Eventually.eventually(
                "every line is there or missed",
                () -> {
                    long there = lines.stream().filter(it -> it.contains("\"GET\"")).count();
                    return there + proxy.plane.accessLinesDropped() == all
                            && lines.stream().anyMatch(it -> it.startsWith("{\"dropped\":"));
                });
    }
}
