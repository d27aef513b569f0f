package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.http.RawClient;
import dev.weft.dataplane.http.ServerLimits;
import dev.weft.dataplane.http2.RawPeer;
import dev.weft.dataplane.http2.frame.ErrorCode;
import dev.weft.dataplane.http2.frame.FrameType;
import dev.weft.testkit.NothingLeft;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What hostile callers of HTTP/2 do, by the names that their attacks have. */
@ExtendWith({NothingLeft.class, NoBufferLeaks.class})
class Http2AttackTest {
    private static final int MANY = 20_000;

    private ProxyFixture proxy;
    private RawPeer client;

    @BeforeEach
    void start() throws IOException {
        proxy =
                new ProxyFixture(
                        1,
                        ServerLimits.usual()
                                .withTimes(
                                        Duration.ofSeconds(1),
                                        Duration.ofSeconds(30),
                                        Duration.ofSeconds(1)));
        proxy.routeTo(proxy.named("hello"));
        client = RawPeer.to(proxy.plane.edges().getFirst());
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        proxy.close();
    }

    /** Sends a flood until the other end has had enough. */
    private void expectCalm(Flood flood) throws IOException {
        try {
            for (int i = 0; i < MANY; i++) {
                client.raw(flood.bytes(i));
            }
        } catch (IOException e) {
            // closed while it still came
        }
        try {
            assertThat(client.goodbye().code()).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM);
        } catch (AssertionError e) {
            // a reset may overtake the good-bye when much was still on its way
            if (!String.valueOf(e.getMessage()).contains("closed without GOAWAY")) {
                fail(e);
            }
        }
        RawClient other = proxy.client();
        assertThat(other.get("/").answer().body()).isEqualTo("hello");
    }

    private interface Flood {
        byte[] bytes(int i);
    }

    @Test
    void rapidReset() throws Exception {
        expectCalm(
                i ->
                        joined(
                                RawPeer.bytes(
                                        FrameType.HEADERS,
                                        FrameType.END_HEADERS | FrameType.END_STREAM,
                                        2 * i + 1,
                                        RawPeer.block(RawPeer.request("GET", "/"))),
                                RawPeer.bytes(
                                        FrameType.RST_STREAM, 0, 2 * i + 1, RawPeer.ints(8))));
    }

    @Test
    void madeYouReset() throws Exception {
        // an increment of nothing is an error of the stream, which this end then resets
        expectCalm(
                i ->
                        joined(
                                RawPeer.bytes(
                                        FrameType.HEADERS,
                                        FrameType.END_HEADERS | FrameType.END_STREAM,
                                        2 * i + 1,
                                        RawPeer.block(RawPeer.request("GET", "/"))),
                                RawPeer.bytes(
                                        FrameType.WINDOW_UPDATE, 0, 2 * i + 1, RawPeer.ints(0))));
    }

    @Test
    void malformedRequestsWithoutEnd() throws Exception {
        expectCalm(
                i ->
                        RawPeer.bytes(
                                FrameType.HEADERS,
                                FrameType.END_HEADERS | FrameType.END_STREAM,
                                2 * i + 1,
                                RawPeer.block(":method", "GET")));
    }

    @Test
    void continuationFlood() throws Exception {
        byte[] block = RawPeer.block("x", "y".repeat(1000));
        expectCalm(
                i ->
                        RawPeer.bytes(
                                i == 0 ? FrameType.HEADERS : FrameType.CONTINUATION, 0, 1, block));
    }

    @Test
    void emptyContinuationFlood() throws Exception {
        expectCalm(i -> RawPeer.bytes(i == 0 ? FrameType.HEADERS : FrameType.CONTINUATION, 0, 1));
    }

    @Test
    void settingsFlood() throws Exception {
        expectCalm(i -> RawPeer.bytes(FrameType.SETTINGS, 0, 0));
    }

    @Test
    void pingFlood() throws Exception {
        expectCalm(i -> RawPeer.bytes(FrameType.PING, 0, 0, new byte[8]));
    }

    @Test
    void priorityFlood() throws Exception {
        expectCalm(i -> RawPeer.bytes(FrameType.PRIORITY, 0, 2 * i + 3, new byte[5]));
    }

    @Test
    void windowUpdateFlood() throws Exception {
        expectCalm(i -> RawPeer.bytes(FrameType.WINDOW_UPDATE, 0, 0, RawPeer.ints(1)));
    }

    @Test
    void unknownFrameFlood() throws Exception {
        expectCalm(i -> RawPeer.bytes(0xbe, 0, 0, new byte[3]));
    }

    @Test
    void emptyDataFlood() throws Exception {
        client.post(1, "/");
        expectCalm(i -> RawPeer.bytes(FrameType.DATA, 0, 1));
    }

    @Test
    void tooManyStreamsAtOnceAreRefusedOneByOne() throws Exception {
        for (int i = 0; i < 129; i++) {
            client.post(2 * i + 1, "/");
        }
        RawPeer.Frame refused = client.await(FrameType.RST_STREAM);
        assertThat(refused.stream()).isEqualTo(257);
        assertThat(refused.code()).isEqualTo(ErrorCode.REFUSED_STREAM);
    }

    @Test
    void zeroWindowStall() throws Exception {
        client.settings(4, 0).get(1, "/");

        assertThat(client.await(FrameType.HEADERS, 1).fields()).containsEntry(":status", "200");
        assertThat(client.await(FrameType.RST_STREAM, 1).code())
                .isEqualTo(ErrorCode.INTERNAL_ERROR);
    }

    @Test
    void aBodyThatStopsComingIsNotWaitedForForever() throws Exception {
        client.post(1, "/").data(1, false, "abc");

        RawPeer.Message answer = client.message(1);
        assertThat(answer.status()).isEqualTo("408");
        assertThat(answer.head()).containsEntry("weft-cause", "body-timeout");
    }

    @Test
    void aCallerWhoIsNotThereAnyMoreIsFoundOutThoughNothingIsDueFromIt() throws Exception {
        var go = new CountDownLatch(1);
        proxy.routeTo(
                proxy.origin(
                        talk -> {
                            talk.request();
                            await(go);
                            talk.answer("late");
                        }));
        try (RawPeer gone = RawPeer.to(proxy.plane.edges().getFirst())) {
            gone.withoutAnswers().get(1, "/");
            assertThat(gone.closes()).isTrue();
        }
        client.get(1, "/");
        client.await(FrameType.PING);
        client.await(FrameType.PING);
        client.await(FrameType.PING);
        go.countDown();
        assertThat(client.message(1).body()).isEqualTo("late");
    }

    private static void await(CountDownLatch go) {
        try {
            assertThat(go.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void slowlorisInsideAFrame() throws Exception {
        client.await(FrameType.SETTINGS);
        client.raw(new byte[] {0, 0, 50, 1, 5, 0});

        assertThat(client.goodbye().code()).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM);
    }

    @Test
    void slowlorisInsideAHeaderBlock() throws Exception {
        client.await(FrameType.SETTINGS);
        client.send(FrameType.HEADERS, FrameType.END_STREAM, 1, RawPeer.block(":method", "GET"));

        assertThat(client.goodbye().code()).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM);
    }

    @Test
    void aBombOfIndexedFieldsIsAnswered431AndLeavesTheTableInStep() throws Exception {
        var block = new ByteArrayOutputStream();
        block.writeBytes(RawPeer.block(RawPeer.request("GET", "/")));
        byte[] field = RawPeer.block("x-a", "y".repeat(3000));
        field[0] = 0x40;
        block.writeBytes(field);
        for (int i = 0; i < 10_000; i++) {
            block.write(0x80 | 62);
        }
        client.send(FrameType.HEADERS, 5, 1, block.toByteArray());
        assertThat(client.message(1).status()).isEqualTo("431");

        var next = new ByteArrayOutputStream();
        next.writeBytes(RawPeer.block(RawPeer.request("GET", "/")));
        next.write(0x80 | 62);
        client.send(FrameType.HEADERS, 5, 3, next.toByteArray());
        assertThat(client.message(3).body()).isEqualTo("hello");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "transfer-encoding=chunked",
                "connection=close",
                "keep-alive=x",
                "proxy-connection=x",
                "upgrade=websocket",
                "te=gzip",
                "X-Upper=1",
                "x y=1",
                "x:y=1",
                "=1",
                "x=a\r\nb: c",
                "x=a\nb",
                "x=a\u0000b",
                "x= a",
                "x=a ",
                "host=other",
                "content-length=1",
                "content-length=0x0",
                "content-length=+0",
                ":path=/again",
                ":unknown=1",
                ":status=200"
            })
    void whatHttp1CouldNotSayIsNeverPassedOn(String field) throws Exception {
        int equals = field.indexOf('=');
        client.get(1, "/", field.substring(0, equals), field.substring(equals + 1));

        assertThat(client.await(FrameType.RST_STREAM, 1).code())
                .isEqualTo(ErrorCode.PROTOCOL_ERROR);
        assertThat(client.get(3, "/").message(3).body()).isEqualTo("hello");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET x",
                "GET ",
                "GET http://other/",
                "GET /a b",
                "GET /#x",
                "GET /\r\nx: y",
                "G T /",
                "GET\r\n /",
                " /"
            })
    void aRequestLineThatHttp1CouldNotSayIsNeverPassedOn(String line) throws Exception {
        int blank = line.startsWith("G T") ? 3 : line.indexOf(' ');
        client.headers(
                1, true, RawPeer.request(line.substring(0, blank), line.substring(blank + 1)));

        assertThat(client.await(FrameType.RST_STREAM, 1).code())
                .isEqualTo(ErrorCode.PROTOCOL_ERROR);
    }

    @Test
    void aSchemeThatIsNoneIsNeverTaken() throws Exception {
        client.headers(
                1, true, ":method", "GET", ":scheme", "http://x", ":authority", "a", ":path", "/");

        assertThat(client.await(FrameType.RST_STREAM, 1).code())
                .isEqualTo(ErrorCode.PROTOCOL_ERROR);
    }

    @Test
    void connectIsRefused() throws Exception {
        client.headers(1, true, ":method", "CONNECT", ":authority", "inside:22");

        assertThat(client.message(1).status()).isEqualTo("501");
    }

    @Test
    void pushIsRefused() throws Exception {
        client.send(FrameType.PUSH_PROMISE, FrameType.END_HEADERS, 1, RawPeer.ints(2));

        assertThat(client.goodbye().code()).isEqualTo(ErrorCode.PROTOCOL_ERROR);
    }

    private static byte[] joined(byte[] one, byte[] two) {
        byte[] both = java.util.Arrays.copyOf(one, one.length + two.length);
        System.arraycopy(two, 0, both, one.length, two.length);
        return both;
    }
}
