package dev.weft.dataplane.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.http.Headers;
import dev.weft.dataplane.http.RawClient;
import dev.weft.dataplane.http.ServerLimits;
import dev.weft.dataplane.service.Call;
import dev.weft.testkit.CollectedFaults;
import dev.weft.testkit.Eventually;
import dev.weft.testkit.NothingLeft;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@Timeout(30)
@ExtendWith({NothingLeft.class, NoBufferLeaks.class})
class ControlServerTest {
    private final CollectedFaults faults = new CollectedFaults();
    private final CompletableFuture<String> seen = new CompletableFuture<>();
    private final CountDownLatch go = new CountDownLatch(1);
    private ControlServer server;

    @BeforeEach
    void start() throws IOException {
        server =
                ControlServer.start(
                        "test",
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        Optional.empty(),
                        this::handle,
                        ServerLimits.usual()
                                .withBodyBytesMax(1 << 20)
                                .withTimes(
                                        Duration.ofMillis(500),
                                        Duration.ofSeconds(20),
                                        Duration.ofSeconds(2)),
                        faults);
    }

    @AfterEach
    void stop() {
        server.close();
        assertThat(server.connections()).isZero();
        faults.expectNone();
    }

    private RawClient client() throws IOException {
        return RawClient.to(server.address());
    }

    private void handle(Call call) throws IOException {
        switch (call.path()) {
            case "/echo" -> call.answer(200, Headers.none(), call.body().readAllBytes());
            case "/late" -> {
                await();
                byte[] whole = call.body().readAllBytes();
                call.answer(200, Headers.none(), text(Integer.toString(whole.length)));
            }
            case "/unread" -> call.answer(200, Headers.none(), text("unread"));
            case "/large" -> call.answer(200, Headers.none(), new byte[3_000_000]);
            case "/empty" -> call.answer(204, Headers.none(), new byte[0]);
            case "/nothing" -> {}
            case "/cut" -> {
                OutputStream out = call.stream(200, Headers.none());
                out.write(text("begun"));
                out.flush();
            }
            case "/watch" -> {
                try (OutputStream out = call.stream(200, Headers.none())) {
                    out.write(text("first"));
                    out.flush();
                    await();
                    out.write(text("second"));
                }
            }
            case "/gone" -> {
                call.onClientGone(() -> seen.complete("gone"));
                OutputStream out = call.stream(200, Headers.none());
                out.write(text("begun"));
                out.flush();
                await();
                out.close();
            }
            case "/firehose" -> {
                try (OutputStream out = call.stream(200, Headers.none())) {
                    byte[] block = new byte[64 * 1024];
                    for (int i = 0; i < 1000; i++) {
                        out.write(block);
                        if (i == 100) {
                            seen.complete("100 blocks");
                        }
                    }
                }
            }
            default ->
                    call.answer(
                            200,
                            Headers.of("x-test", "yes"),
                            text(call.method() + " " + call.path() + " " + call.query()));
        }
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void await() {
        try {
            if (!go.await(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody said go");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void answersOneRequestAfterTheOtherOnOneConnection() throws Exception {
        try (RawClient client = client()) {
            for (int i = 0; i < 3; i++) {
                RawClient.Answer answer = client.get("/a/b?x=" + i).answer();
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.field("x-test")).isEqualTo("yes");
                assertThat(answer.body()).isEqualTo("GET /a/b x=" + i);
            }
        }
    }

    @Test
    void answersPipelinedRequestsInOrder() throws Exception {
        try (RawClient client = client()) {
            String one = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n";
            client.send(one + one.replace("/1 ", "/2 ") + one.replace("/1 ", "/3 "));
            assertThat(client.answer().body()).isEqualTo("GET /1 ");
            assertThat(client.answer().body()).isEqualTo("GET /2 ");
            assertThat(client.answer().body()).isEqualTo("GET /3 ");
        }
    }

    @Test
    void takesBodiesOfStatedLengthAndInChunks() throws Exception {
        try (RawClient client = client()) {
            client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
            assertThat(client.answer().body()).isEqualTo("hello");
            client.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.send("3\r\nabc\r\n");
            client.send("4;x=y\r\ndefg\r\n0\r\nTrailer: z\r\n\r\n");
            assertThat(client.answer().body()).isEqualTo("abcdefg");
            client.get("/after");
            assertThat(client.answer().body()).isEqualTo("GET /after ");
        }
    }

    @Test
    void takesAHeadOneByteAtATime() throws Exception {
        try (RawClient client = client()) {
            for (byte b : text("GET /slow?a HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n")) {
                client.send(new byte[] {b});
            }
            assertThat(client.answer().body()).isEqualTo("GET /slow a");
        }
    }

    @Test
    void tellsAWaitingCallerToGoOnWhenTheBodyIsRead() throws Exception {
        try (RawClient client = client()) {
            client.send(
                    "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n"
                            + "Expect: 100-continue\r\n\r\n");
            assertThat(client.head()).containsExactly("HTTP/1.1 100 Continue");
            client.send("hello");
            assertThat(client.answer().body()).isEqualTo("hello");
        }
    }

    @Test
    void closesWhenTheBodyThatWasHeldBackIsNotWanted() throws Exception {
        try (RawClient client = client()) {
            client.send(
                    "POST /unread HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n"
                            + "Expect: 100-continue\r\n\r\n");
            RawClient.Answer answer = client.answer();
            assertThat(answer.body()).isEqualTo("unread");
            assertThat(answer.field("connection")).isEqualTo("close");
            assertThat(client.closes()).isTrue();
        }
    }

    @Test
    void readsAShortUnwantedBodyAway() throws Exception {
        try (RawClient client = client()) {
            client.send("POST /unread HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
            assertThat(client.answer().body()).isEqualTo("unread");
            client.get("/next");
            assertThat(client.answer().body()).isEqualTo("GET /next ");
        }
    }

    @Test
    void sendsTheHeadAloneForHead() throws Exception {
        try (RawClient client = client()) {
            client.send("HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n");
            RawClient.Answer answer = client.answerToHead();
            assertThat(answer.field("content-length")).isEqualTo("8");
            client.get("/y");
            assertThat(client.answer().body()).isEqualTo("GET /y ");
        }
    }

    @Test
    void sendsNoLengthWith204() throws Exception {
        try (RawClient client = client()) {
            RawClient.Answer answer = client.get("/empty").answer();
            assertThat(answer.status()).isEqualTo(204);
            assertThat(answer.fields("content-length")).isEmpty();
            assertThat(client.get("/y").answer().status()).isEqualTo(200);
        }
    }

    @Test
    void sendsALargeAnswerWhole() throws Exception {
        try (RawClient client = client()) {
            assertThat(client.get("/large").answer().bytes()).hasSize(3_000_000);
            assertThat(client.get("/y").answer().status()).isEqualTo(200);
        }
    }

    @Test
    void putsEachFlushOnTheWireAtOnce() throws Exception {
        try (RawClient client = client()) {
            client.get("/watch").head();
            assertThat(client.chunk()).isEqualTo(text("first"));
            go.countDown();
            assertThat(client.chunk()).isEqualTo(text("second"));
            assertThat(client.chunk()).isEmpty();
        }
    }

    @Test
    void tellsTheHandlerThatTheClientHasGone() throws Exception {
        RawClient client = client();
        client.get("/gone").head();
        client.chunk();
        client.close();
        assertThat(seen.get(5, TimeUnit.SECONDS)).isEqualTo("gone");
        go.countDown();
    }

    @Test
    void aHandlerWaitsForASlowReader() throws Exception {
        try (RawClient client = client()) {
            client.get("/firehose").head();
            // far more than the socket's buffers hold: the handler has to wait somewhere before
            long total = 0;
            byte[] chunk;
            while ((chunk = client.chunk()).length > 0) {
                total += chunk.length;
            }
            assertThat(total).isEqualTo(64_000L * 1024);
        }
    }

    @Test
    void cutsAReaderWhoDoesNotRead() throws Exception {
        try (RawClient client = client()) {
            client.get("/firehose").head();
            Eventually.eventually("the connection is cut", () -> server.connections() == 0);
        }
    }

    @Test
    void anAnswerCutShortDoesNotLookComplete() throws Exception {
        try (RawClient client = client()) {
            client.get("/cut").head();
            assertThat(client.chunk()).isEqualTo(text("begun"));
            assertThat(client.isReset()).isTrue();
        }
    }

    @Test
    void answersForAHandlerThatDidNot() throws Exception {
        try (RawClient client = client()) {
            RawClient.Answer answer = client.get("/nothing").answer();
            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.field("weft-cause")).isEqualTo("handler-failed");
        }
    }

    @Test
    void closesAfterHttp10UnlessAskedToKeep() throws Exception {
        try (RawClient client = client()) {
            client.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            assertThat(client.answer().field("connection")).isEqualTo("keep-alive");
            client.send("GET /a HTTP/1.0\r\n\r\n");
            assertThat(client.answer().body()).isEqualTo("GET /a ");
            assertThat(client.closes()).isTrue();
        }
    }

    @Test
    void refusesABodyThatIsTooLong() throws Exception {
        try (RawClient client = client()) {
            client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\nhello");
            RawClient.Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(413);
            assertThat(client.closes()).isTrue();
        }
        try (RawClient client = client()) {
            client.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            byte[] chunk = new byte[0x10000 + 9];
            System.arraycopy(text("10000\r\n"), 0, chunk, 0, 7);
            chunk[chunk.length - 2] = '\r';
            chunk[chunk.length - 1] = '\n';
            for (int i = 0; i < 17; i++) {
                client.send(chunk);
            }
            assertThat(client.answer().status()).isEqualTo(413);
        }
    }

    @Test
    void refusesAHeadThatIsTooLong() throws Exception {
        try (RawClient client = client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(70_000) + "\r\n\r\n");
            assertThat(client.answer().status()).isEqualTo(431);
            assertThat(client.closes()).isTrue();
        }
        try (RawClient client = client()) {
            client.send("GET /" + "x".repeat(70_000) + " HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.answer().status()).isEqualTo(414);
        }
    }

    @Test
    void endsAHeadThatTakesTooLong() throws Exception {
        try (RawClient client = client()) {
            client.send("GET / HTTP/1.1\r\nHo");
            assertThat(client.answer().status()).isEqualTo(408);
            assertThat(client.closes()).isTrue();
        }
    }

    @Test
    void endsABodyThatTakesTooLong() throws Exception {
        try (RawClient client = client()) {
            client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello");
            assertThat(client.answer().status()).isEqualTo(408);
            assertThat(client.closes()).isTrue();
        }
    }

    @Test
    void drainsTheRequestAtWork() throws Exception {
        try (RawClient idle = client();
                RawClient busy = client()) {
            idle.get("/x").answer();
            busy.get("/watch").head();
            busy.chunk();
            var drained = CompletableFuture.runAsync(() -> server.drain(Duration.ofSeconds(10)));
            assertThat(idle.closes()).isTrue();
            go.countDown();
            assertThat(busy.chunk()).isEqualTo(text("second"));
            assertThat(busy.chunk()).isEmpty();
            assertThat(busy.closes()).isTrue();
            drained.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void aBodyWhoseLastPieceFillsThePipeEnds() throws IOException {
        int[] sizes = {65_535, 65_536, 65_537, 131_072, 200_000};
        var clients = new ArrayList<RawClient>();
        for (int size : sizes) {
            String head = "POST /late HTTP/1.1\r\nHost: x\r\nContent-Length: " + size + "\r\n\r\n";
            clients.add(client().send(head).send(new byte[size]));
        }
        go.countDown();
        for (int i = 0; i < sizes.length; i++) {
            try (RawClient client = clients.get(i)) {
                assertThat(client.answer().body()).isEqualTo(Integer.toString(sizes[i]));
            }
        }
    }
}
