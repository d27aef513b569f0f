package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.event.RetryRefusal;
import dev.weft.dataplane.http2.RawOrigin;
import dev.weft.dataplane.http2.RawPeer;
import dev.weft.dataplane.http2.frame.ErrorCode;
import dev.weft.dataplane.http2.frame.FrameType;
import dev.weft.dataplane.route.Policy;
import dev.weft.dataplane.route.Retry;
import dev.weft.dataplane.route.Timeouts;
import dev.weft.dataplane.route.upstream.Cluster;
import dev.weft.testkit.NothingLeft;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What stands behind the answer to a gRPC call: a status worth another try, or a deadline's. */
@Timeout(30)
@ExtendWith({NothingLeft.class, NoBufferLeaks.class})
class GrpcEndTest {
    private static final String MESSAGE = "\0\0\0\0\3abc";
    private static final Retry ON_UNAVAILABLE =
            Retry.usual()
                    .withAttempts(3)
                    .withOn(new Retry.On(Set.of(), Set.of(14), true, true, true));

    private final AtomicInteger calls = new AtomicInteger();
    private ProxyFixture proxy;
    private RawPeer caller;

    @BeforeEach
    void start() throws IOException {
        proxy = new ProxyFixture();
        caller = RawPeer.to(proxy.plane.edges().getFirst());
    }

    @AfterEach
    void stop() throws Exception {
        caller.close();
        proxy.close();
    }

    /** What the endpoint does with a call, once all of it has come. */
    private interface Answering {
        void answer(RawPeer peer, int stream, int call) throws IOException;
    }

    private void route(Policy policy, Answering answering) throws IOException {
        RawOrigin origin =
                proxy.closing(
                        RawOrigin.start(
                                peer -> {
                                    peer.settings();
                                    RawPeer.Frame request;
                                    while ((request = peer.request()) != null) {
                                        int id = request.stream();
                                        while (!peer.await(FrameType.DATA, id).ends()) {
                                            // the rest of it comes
                                        }
                                        answering.answer(peer, id, calls.incrementAndGet());
                                    }
                                }));
        var endpoints = ProxyFixture.endpoints("default/blue", origin.address());
        proxy.routeTo(
                endpoints.withTerms(endpoints.terms().withProtocol(Cluster.Protocol.HTTP2)),
                policy);
    }

    private void route(Retry retry, Answering answering) throws IOException {
        route(Policy.usual().withRetry(retry), answering);
    }

    /** Several frames that arrive as one. */
    private static void together(RawPeer peer, byte[]... frames) throws IOException {
        var all = new ByteArrayOutputStream();
        for (byte[] frame : frames) {
            all.writeBytes(frame);
        }
        peer.raw(all.toByteArray());
    }

    private static byte[] head(int stream) {
        return RawPeer.bytes(
                FrameType.HEADERS,
                FrameType.END_HEADERS,
                stream,
                RawPeer.block(":status", "200", "content-type", "application/grpc"));
    }

    private static byte[] message(int stream) {
        return RawPeer.bytes(
                FrameType.DATA, 0, stream, MESSAGE.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] status(int stream, String... fields) {
        return RawPeer.bytes(
                FrameType.HEADERS,
                FrameType.END_HEADERS | FrameType.END_STREAM,
                stream,
                RawPeer.block(fields));
    }

    private static void succeed(RawPeer peer, int stream) throws IOException {
        together(peer, head(stream), message(stream), status(stream, "grpc-status", "0"));
    }

    private RawPeer call(String... more) throws IOException {
        String[] fields =
                RawPeer.request(
                        "POST", "/a.B/C", "content-type", "application/grpc", "te", "trailers");
        String[] all = java.util.Arrays.copyOf(fields, fields.length + more.length);
        System.arraycopy(more, 0, all, fields.length, more.length);
        return caller.headers(1, false, all).data(1, true, MESSAGE);
    }

    private long refused(RetryRefusal why) {
        return proxy.plane.figures().series().stream()
                .mapToLong(s -> s.retriesRefused().get(why.ordinal()))
                .sum();
    }

    // ---- a status worth another try

    @Test
    void aStatusBehindTheHeadIsTriedAgain() throws Exception {
        route(
                ON_UNAVAILABLE,
                (peer, id, call) -> {
                    if (call <= 2) {
                        together(peer, head(id), status(id, "grpc-status", "14"));
                    } else {
                        succeed(peer, id);
                    }
                });
        RawPeer.Message answer = call().message(1);
        assertThat(answer.body()).isEqualTo(MESSAGE);
        assertThat(answer.trailers()).containsEntry("grpc-status", "0");
        assertThat(calls).hasValue(3);
    }

    @Test
    void theLastStatusIsPassedOnBehindItsHead() throws Exception {
        route(
                ON_UNAVAILABLE,
                (peer, id, call) ->
                        together(
                                peer,
                                head(id),
                                status(id, "grpc-status", "14", "x-try", "" + call)));
        RawPeer.Message answer = call().message(1);
        assertThat(answer.head()).doesNotContainKey("grpc-status");
        assertThat(answer.trailers())
                .containsEntry("grpc-status", "14")
                .containsEntry("x-try", "3");
        assertThat(calls).hasValue(3);
    }

    @Test
    void aStatusThatIsNotListedIsPassedOn() throws Exception {
        route(
                ON_UNAVAILABLE,
                (peer, id, call) -> together(peer, head(id), status(id, "grpc-status", "5")));
        assertThat(call().message(1).trailers()).containsEntry("grpc-status", "5");
        assertThat(calls).hasValue(1);
    }

    @Test
    void anEndpointThatWantsNoMoreTriesSaysSoBehindTheHead() throws Exception {
        route(
                ON_UNAVAILABLE,
                (peer, id, call) ->
                        together(
                                peer,
                                head(id),
                                status(id, "grpc-status", "14", "grpc-retry-pushback-ms", "no")));
        assertThat(call().message(1).trailers()).containsEntry("grpc-status", "14");
        assertThat(calls).hasValue(1);
        assertThat(refused(RetryRefusal.PUSHBACK)).isEqualTo(1);
    }

    @Test
    void afterAMessageNothingIsTriedAgain() throws Exception {
        route(
                ON_UNAVAILABLE,
                (peer, id, call) ->
                        together(peer, head(id), message(id), status(id, "grpc-status", "14")));
        RawPeer.Message answer = call().message(1);
        assertThat(answer.body()).isEqualTo(MESSAGE);
        assertThat(answer.trailers()).containsEntry("grpc-status", "14");
        assertThat(calls).hasValue(1);
    }

    @Test
    void aHeadAloneIsPassedOnAfterAMoment() throws Exception {
        var seen = new CountDownLatch(1);
        route(
                ON_UNAVAILABLE,
                (peer, id, call) -> {
                    peer.raw(head(id));
                    awaits(seen);
                    peer.raw(status(id, "grpc-status", "14"));
                });
        call();
        assertThat(caller.await(FrameType.HEADERS, 1).field(":status")).isEqualTo("200");
        seen.countDown();
        assertThat(caller.await(FrameType.HEADERS, 1).field("grpc-status")).isEqualTo("14");
        assertThat(calls).hasValue(1);
    }

    @Test
    void aStreamThatBreaksOffBehindItsHeadIsTriedAgain() throws Exception {
        route(
                ON_UNAVAILABLE,
                (peer, id, call) -> {
                    if (call == 1) {
                        together(
                                peer,
                                head(id),
                                RawPeer.bytes(
                                        FrameType.RST_STREAM,
                                        0,
                                        id,
                                        RawPeer.ints(ErrorCode.INTERNAL_ERROR)));
                    } else {
                        succeed(peer, id);
                    }
                });
        assertThat(call().message(1).trailers()).containsEntry("grpc-status", "0");
        assertThat(calls).hasValue(2);
    }

    private static void awaits(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    // ---- a deadline that passes in mid-answer

    private final BlockingQueue<Integer> resets = new LinkedBlockingQueue<>();

    /** Answers with one message and leaves it at that. */
    private void stall(Policy policy, String message) throws IOException {
        route(
                policy,
                (peer, id, call) -> {
                    peer.raw(head(id));
                    peer.data(id, false, message);
                    resets.add(peer.await(FrameType.RST_STREAM, id).code());
                });
    }

    private long counted(String cause) {
        return proxy.plane.figures().refusals().getOrDefault(cause, 0L);
    }

    @Test
    void aDeadlineThatPassesBehindAMessageIsToldAsItsStatus() throws Exception {
        stall(Policy.usual(), MESSAGE);
        RawPeer.Message answer = call("grpc-timeout", "300m").message(1);
        assertThat(answer.body()).isEqualTo(MESSAGE);
        assertThat(answer.trailers())
                .containsEntry("grpc-status", "4")
                .containsEntry("weft-cause", "grpc-timeout")
                .containsEntry("weft-object", "route")
                .containsKey("grpc-message");
        assertThat(resets.poll(10, TimeUnit.SECONDS)).isEqualTo(ErrorCode.CANCEL);
        assertThat(counted("grpc-timeout")).isEqualTo(1);
    }

    @Test
    void theRoutesOwnBoundIsToldInTheSameWay() throws Exception {
        var timeouts = Timeouts.usual().withRequest(Duration.ofMillis(300));
        stall(Policy.usual().withTimeouts(timeouts), MESSAGE);
        assertThat(call().message(1).trailers())
                .containsEntry("grpc-status", "4")
                .containsEntry("weft-cause", "request-timeout");
        assertThat(counted("request-timeout")).isEqualTo(1);
    }

    @Test
    void aDeadlineDoesNotWaitForCreditThatNeverComes() throws Exception {
        caller.withoutCredit();
        // more than the caller takes without being asked: what is beyond it waits
        route(
                Policy.usual(),
                (peer, id, call) -> {
                    peer.raw(head(id));
                    for (int i = 0; i < 6; i++) {
                        peer.data(id, false, "x".repeat(12_000));
                    }
                    resets.add(peer.await(FrameType.RST_STREAM, id).code());
                });
        RawPeer.Message answer = call("grpc-timeout", "500m").message(1);
        assertThat(answer.body()).hasSize(65_535);
        assertThat(answer.trailers()).containsEntry("grpc-status", "4");
        assertThat(resets.poll(10, TimeUnit.SECONDS)).isEqualTo(ErrorCode.CANCEL);
    }
}
