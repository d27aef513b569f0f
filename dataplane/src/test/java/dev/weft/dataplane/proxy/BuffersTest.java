package dev.weft.dataplane.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.http.RawClient;
import dev.weft.dataplane.http2.RawPeer;
import dev.weft.dataplane.http2.frame.ErrorCode;
import dev.weft.dataplane.http2.frame.FrameType;
import dev.weft.dataplane.loop.Ledger;
import dev.weft.dataplane.loop.Ledger.Level;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.Policy;
import dev.weft.dataplane.route.Retry;
import dev.weft.dataplane.route.Timeouts;
import dev.weft.testkit.Eventually;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens when bytes under way hold as much memory as they may. */
@ExtendWith(NoBufferLeaks.class)
class BuffersTest {
    private static final int MIB = 1 << 20;
    private static final long LIMIT = 64L * MIB;

    private ProxyFixture proxy;
    private final CountDownLatch done = new CountDownLatch(1);

    @BeforeEach
    void start() throws IOException {
        proxy = ProxyFixture.withBuffers(LIMIT);
    }

    @AfterEach
    void end() throws Exception {
        done.countDown();
        proxy.close();
    }

    /** Takes memory as connections do, so much that it is this full. */
    private static ByteBuf fill(int percent) {
        return Ledger.BUFFERS.directBuffer((int) (LIMIT / 100 * percent));
    }

    private void turns(RawClient client) throws IOException {
        client.get("/");
        client.answer();
    }

    @Test
    void bodiesAreReadNoMoreAndGoOnWhenThereIsRoom() throws Exception {
        var received = new AtomicLong();
        Origin origin =
                proxy.origin(
                        talk -> {
                            Origin.Request request;
                            while ((request = talk.requestHead()) != null) {
                                if (request.line().startsWith("PUT")) {
                                    readAway(talk.in(), 32 * MIB, received);
                                }
                                talk.answer("whole");
                            }
                        });
        proxy.routeTo(origin);
        RawClient other = proxy.client();
        turns(other);
        ByteBuf taken = fill(85);
        RawClient client = proxy.client();
        Thread sending =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        client.send(
                                                "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: "
                                                        + 32 * MIB
                                                        + "\r\n\r\n");
                                        for (int i = 0; i < 512; i++) {
                                            client.send(new byte[64 * 1024]);
                                        }
                                    } catch (IOException e) {
                                        // the answer tells
                                    }
                                });
        try {
            Eventually.eventually(
                    "reading is stopped", () -> proxy.plane.buffers().level() == Level.STOPPED);
            // others are served meanwhile
            other.get("/");
            assertThat(other.answer().body()).isEqualTo("whole");
            for (int i = 0; i < 20; i++) {
                turns(other);
            }
            assertThat(received.get()).isLessThan(4 * MIB);
            assertThat(sending.isAlive()).isTrue();
        } finally {
            taken.release();
        }
        assertThat(client.answer().body()).isEqualTo("whole");
        sending.join();
        assertThat(proxy.plane.buffers().level()).isEqualTo(Level.ROOM);
        assertThat(proxy.plane.buffers().stopped()).isEqualTo(1);
    }

    private static void readAway(InputStream in, int bytes, AtomicLong received)
            throws IOException {
        byte[] some = new byte[64 * 1024];
        long left = bytes;
        while (left > 0) {
            int read = in.read(some, 0, (int) Math.min(left, some.length));
            if (read < 0) {
                throw new IOException("ended");
            }
            left -= read;
            received.addAndGet(read);
        }
    }

    @Test
    void requestsAreShedCloseToTheEndAndServedAgainLater() throws Exception {
        proxy.routeTo(proxy.named("blue"));
        RawClient client = proxy.client();
        turns(client);
        ByteBuf taken = fill(97);
        try {
            Eventually.eventually(
                    () -> {
                        RawClient one = proxy.client();
                        RawClient.Answer answer = one.get("/").answer();
                        assertThat(answer.status()).isEqualTo(503);
                        assertThat(answer.field("weft-cause")).isEqualTo("buffers-exhausted");
                        assertThat(answer.field("retry-after")).isEqualTo("1");
                        assertThat(one.closes()).isTrue();
                    });
            RawPeer peer = proxy.closing(RawPeer.to(proxy.plane.edges().getFirst()));
            peer.get(1, "/");
            RawPeer.Message answer = peer.message(1);
            assertThat(answer.status()).isEqualTo("503");
            assertThat(answer.head()).containsEntry("weft-cause", "buffers-exhausted");
            peer.close();
        } finally {
            taken.release();
        }
        Eventually.eventually(
                () ->
                        assertThat(proxy.client().get("/").answer().status())
                                .as("requests are served again")
                                .isEqualTo(200));
        assertThat(proxy.plane.buffers().shed()).isGreaterThanOrEqualTo(2);
        assertThat(proxy.plane.figures().refusals()).containsKey("buffers-exhausted");
    }

    @Test
    void aCallerOfHttp2GetsNoCreditUntilThereIsRoomAndIsHeardMeanwhile() throws Exception {
        Origin origin =
                proxy.origin(
                        talk -> {
                            while (talk.request() != null) {
                                talk.answer("whole");
                            }
                        });
        proxy.routeTo(origin);
        turns(proxy.client());
        RawPeer peer = proxy.closing(RawPeer.to(proxy.plane.edges().getFirst()));
        ByteBuf taken = fill(85);
        try {
            peer.get(1, "/");
            assertThat(peer.message(1).status()).isEqualTo("200");
            Eventually.eventually(
                    () -> {
                        peer.send(FrameType.PING, 0, 0, new byte[8]);
                        peer.await(FrameType.PING);
                        assertThat(proxy.plane.buffers().level()).isEqualTo(Level.STOPPED);
                    });
            peer.post(3, "/");
            for (int i = 0; i < 4; i++) {
                peer.data(3, false, "x".repeat(12_000));
            }
            peer.send(FrameType.PING, 0, 0, new byte[8]);
            int type = peer.next().type();
            assertThat(type).as("no credit before the ping's answer").isEqualTo(FrameType.PING);
        } finally {
            taken.release();
        }
        assertThat(peer.await(FrameType.WINDOW_UPDATE, 3).stream()).isEqualTo(3);
        peer.data(3, true, "end");
        assertThat(peer.message(3).body()).isEqualTo("whole");
    }

    @Test
    void whatWaitsInThePipeOfALocalServiceCounts() throws Exception {
        var begun = new CountDownLatch(1);
        proxy.plane.local(
                "slow",
                call -> {
                    call.body().read();
                    begun.countDown();
                    try {
                        done.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    call.answer(
                            200, dev.weft.dataplane.http.Headers.none(), "ok".getBytes(ISO_8859_1));
                });
        proxy.routeTo(new Backend.Local("slow"));
        RawClient client = proxy.client();
        long before = proxy.plane.buffers().used();
        client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n");
        client.send(new byte[200_000]);
        begun.await();
        Eventually.eventually(
                "the pipe is full", () -> proxy.plane.buffers().used() - before >= 48 * 1024);
        done.countDown();
        assertThat(client.answer().body()).isEqualTo("ok");
        client.close();
        Eventually.eventually(
                "nothing is held", () -> proxy.plane.buffers().used() <= before + 64 * 1024);
    }

    @Test
    void aHeadThatIsBeingAssembledCounts() throws Exception {
        proxy.routeTo(proxy.named("blue"));
        turns(proxy.client());
        long before = proxy.plane.buffers().used();
        var clients = new ArrayList<RawClient>();
        for (int i = 0; i < 150; i++) {
            clients.add(proxy.client().send("GET / HTTP/1.1\r\nHost: a\r\nX-Long: begun"));
        }
        Eventually.eventually(
                "each counts", () -> proxy.plane.buffers().used() - before >= 100 * 2048);
        for (RawClient client : clients) {
            assertThat(client.send("\r\n\r\n").answer().body()).isEqualTo("blue");
            client.close();
        }
        Eventually.eventually(
                "none counts any more", () -> proxy.plane.buffers().used() <= before + 64 * 1024);
    }

    @Test
    void theHeadOfAnAnswerThatIsStillArrivingCounts() throws Exception {
        int length = 12_000;
        int count = 40;
        var goOn = new CountDownLatch(1);
        Origin origin =
                proxy.origin(
                        talk -> {
                            talk.request();
                            String half = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nX-Long: ";
                            talk.send(half + "x".repeat(length));
                            try {
                                goOn.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                            talk.send("\r\n\r\nhalf");
                        });
        proxy.routeTo(origin);
        long before = proxy.plane.buffers().used();
        var clients = new ArrayList<RawClient>();
        for (int i = 0; i < count; i++) {
            clients.add(proxy.client().get("/"));
        }
        Eventually.eventually(
                "each counts", () -> proxy.plane.buffers().used() - before >= count * length);
        // who goes takes with it what it waited for
        for (RawClient client : clients.subList(0, count / 2)) {
            client.close();
        }
        Eventually.eventually(
                "half of them count",
                () -> proxy.plane.buffers().used() - before < count / 2 * 2L * length + 64 * 1024);
        goOn.countDown();
        for (RawClient client : clients.subList(count / 2, count)) {
            assertThat(client.answer().body()).isEqualTo("half");
            client.close();
        }
        Eventually.eventually(
                "none counts any more", () -> proxy.plane.buffers().used() <= before + 64 * 1024);
    }

    @Test
    void headsOfAnswersThatNeverEndLeaveRoomWhenTheyAreGivenUp() throws Exception {
        int count = 30;
        Origin origin =
                proxy.origin(
                        talk -> {
                            talk.request();
                            talk.send("HTTP/1.1 200 OK\r\nX-Long: " + "x".repeat(30_000));
                            talk.closes();
                        });
        var patience = Duration.ofSeconds(1);
        proxy.routeTo(
                ProxyFixture.endpoints("default/blue", origin.address()),
                Policy.usual()
                        .withRetry(Retry.never())
                        .withTimeouts(new Timeouts(patience, patience, patience)));
        long before = proxy.plane.buffers().used();
        var clients = new ArrayList<RawClient>();
        for (int i = 0; i < count; i++) {
            clients.add(proxy.client().get("/"));
        }
        for (RawClient client : clients) {
            assertThat(client.answer().field("weft-cause")).isEqualTo("answer-timeout");
            client.close();
        }
        Eventually.eventually(
                "none counts any more", () -> proxy.plane.buffers().used() <= before + 64 * 1024);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theHeadOfAnAnswerCountsWhileTheAnswerLasts(boolean overHttp2) throws Exception {
        int length = 12_000;
        int count = 20;
        Origin origin =
                proxy.origin(
                        talk -> {
                            talk.request();
                            talk.send(
                                    "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nX-Long: "
                                            + "x".repeat(length)
                                            + "\r\n\r\nha");
                            talk.line();
                            talk.send("lf");
                        });
        proxy.routeTo(origin);
        long before = proxy.plane.buffers().used();
        var clients = new ArrayList<AutoCloseable>();
        for (int i = 0; i < count; i++) {
            if (overHttp2) {
                RawPeer peer = proxy.closing(RawPeer.to(proxy.plane.edges().getFirst()));
                peer.get(1, "/");
                assertThat(peer.await(FrameType.HEADERS, 1).field("x-long")).hasSize(length);
                clients.add(peer);
            } else {
                RawClient client = proxy.client().get("/");
                assertThat(client.head()).anyMatch(it -> it.length() > length);
                clients.add(client);
            }
        }
        Eventually.eventually(
                "each counts", () -> proxy.plane.buffers().used() - before >= count * length);
        for (AutoCloseable client : clients) {
            client.close();
        }
        Eventually.eventually(
                "none counts any more", () -> proxy.plane.buffers().used() <= before + 64 * 1024);
    }

    @Test
    void aHeaderBlockThatIsContinuedCounts() throws Exception {
        proxy.routeTo(proxy.named("blue"));
        turns(proxy.client());
        long before = proxy.plane.buffers().used();
        byte[] block = RawPeer.block(RawPeer.request("GET", "/", "x-long", "x".repeat(30_000)));
        int cut = 15_000;
        var peers = new ArrayList<RawPeer>();
        for (int i = 0; i < 20; i++) {
            RawPeer peer = proxy.closing(RawPeer.to(proxy.plane.edges().getFirst()));
            peer.send(FrameType.HEADERS, FrameType.END_STREAM, 1, Arrays.copyOf(block, 100));
            peer.send(FrameType.CONTINUATION, 0, 1, Arrays.copyOfRange(block, 100, cut));
            peers.add(peer);
        }
        // before may have counted a buffer that was just being given back
        Eventually.eventually(
                "each counts", () -> proxy.plane.buffers().used() - before >= 14 * cut);
        for (RawPeer peer : peers) {
            peer.send(FrameType.CONTINUATION, 0, 1, Arrays.copyOfRange(block, cut, 2 * cut));
            int flags = FrameType.END_HEADERS;
            peer.send(
                    FrameType.CONTINUATION,
                    flags,
                    1,
                    Arrays.copyOfRange(block, 2 * cut, block.length));
            assertThat(peer.message(1).body()).isEqualTo("blue");
        }
        // the connections stand; what they held is given back
        Eventually.eventually(
                "none counts any more", () -> proxy.plane.buffers().used() <= before + 64 * 1024);
    }

    @Test
    void headsThatComeInPiecesAreRefusedCloseToTheEnd() throws Exception {
        proxy.routeTo(proxy.named("blue"));
        turns(proxy.client());
        ByteBuf taken = fill(97);
        try {
            Eventually.eventually(
                    () ->
                            assertThat(proxy.client().get("/").answer().field("weft-cause"))
                                    .isEqualTo("buffers-exhausted"));
            RawClient other = proxy.client().send("GET / HTTP/1.1\r\nHost: a\r\nX-");
            RawClient.Answer answer = other.answer();
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.field("weft-cause")).isEqualTo("buffers-exhausted");
            assertThat(other.closes()).isTrue();
            byte[] block = RawPeer.block(RawPeer.request("GET", "/"));
            RawPeer peer = proxy.closing(RawPeer.to(proxy.plane.edges().getFirst()));
            peer.send(FrameType.HEADERS, FrameType.END_STREAM, 1, block);
            assertThat(peer.goodbye().code()).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM);
        } finally {
            taken.release();
        }
    }
}
