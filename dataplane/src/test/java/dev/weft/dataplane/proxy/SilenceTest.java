package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.http.RawClient;
import dev.weft.dataplane.http.ServerLimits;
import dev.weft.dataplane.http2.RawOrigin;
import dev.weft.dataplane.http2.RawPeer;
import dev.weft.dataplane.http2.frame.ErrorCode;
import dev.weft.dataplane.http2.frame.FrameType;
import dev.weft.dataplane.route.Policy;
import dev.weft.dataplane.route.Retry;
import dev.weft.dataplane.route.Timeouts;
import dev.weft.dataplane.route.upstream.Cluster;
import dev.weft.testkit.Eventually;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whoever says nothing where something is due is asked where that can be, and then given up. */
@Timeout(60)
@ExtendWith(NoBufferLeaks.class)
class SilenceTest {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofSeconds(20);

    /** A little more than an endpoint may say nothing, and than it may then take to answer. */
    private static final Duration SILENCE = Duration.ofSeconds(31);

    private static final Duration ANSWER = Duration.ofSeconds(11);

    private final Semaphore done = new Semaphore(0);
    @RegisterExtension final Proxies proxies = new Proxies();

    @AfterEach
    void stop() {
        done.release(10);
    }

    /** A listener whose callers may be silent for a short time. */
    private ProxyFixture impatient() throws IOException {
        return proxies.keep(
                new ProxyFixture(1, ServerLimits.usual().withTimes(SHORT, LONG, SHORT)));
    }

    private static RawPeer peer(ProxyFixture proxy) throws IOException {
        return proxy.closing(RawPeer.to(proxy.plane.edges().getFirst()));
    }

    private static void routeToHttp2(ProxyFixture proxy, RawOrigin origin, Timeouts timeouts) {
        var endpoints = ProxyFixture.endpoints("default/blue", origin.address());
        proxy.routeTo(
                endpoints.withTerms(endpoints.terms().withProtocol(Cluster.Protocol.HTTP2)),
                Policy.usual().withTimeouts(timeouts).withRetry(Retry.never()));
    }

    /** An endpoint that waits before it answers. */
    private Origin waiting(ProxyFixture proxy) throws IOException {
        Origin origin =
                proxy.origin(
                        talk -> {
                            while (talk.request() != null) {
                                done.acquireUninterruptibly();
                                talk.answer("late");
                            }
                        });
        proxy.routeTo(origin);
        return origin;
    }

    private static void letGo(ProxyFixture proxy) {
        Eventually.eventually(
                "the endpoint is let go", () -> proxy.plane.figures().upstreamConnections() == 0);
    }

    // ---- callers

    @Test
    void aCallerWhoStopsWithinABodyIsToldAndGivenUp() throws Exception {
        ProxyFixture proxy = impatient();
        waiting(proxy);
        RawClient client = proxy.client();
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
        RawClient.Answer answer = client.answer();
        assertThat(answer.status()).isEqualTo(408);
        assertThat(answer.field("weft-cause")).isEqualTo("body-timeout");
        assertThat(client.closes()).isTrue();
        RawPeer peer = peer(proxy);
        RawPeer.Message told = peer.post(1, "/").data(1, false, "abc").message(1);
        assertThat(told.status()).isEqualTo("408");
        assertThat(told.head()).containsEntry("weft-cause", "body-timeout");
        letGo(proxy);
    }

    @Test
    void aCallerWhoSaysNothingIsAskedAndThenCut() throws Exception {
        ProxyFixture proxy = impatient();
        waiting(proxy);
        RawPeer peer = peer(proxy).withoutAnswers();
        peer.get(1, "/");
        assertThat(peer.await(FrameType.PING).flags() & FrameType.ACK).isZero();
        assertThat(peer.closes()).isTrue();
        letGo(proxy);
    }

    @Test
    void aCallerWhoAnswersIsWaitedFor() throws Exception {
        ProxyFixture proxy = impatient();
        Origin origin = waiting(proxy);
        RawPeer peer = peer(proxy);
        peer.get(1, "/");
        for (int i = 0; i < 3; i++) {
            peer.await(FrameType.PING);
        }
        assertThat(origin.open()).isEqualTo(1);
        done.release();
        assertThat(peer.message(1).body()).isEqualTo("late");
    }

    // ---- endpoints

    @Test
    void anEndpointThatSaysNothingIsAskedAndThenGivenUp() throws Exception {
        var clock = new JumpingClock();
        ProxyFixture proxy = proxies.keep(ProxyFixture.at(clock));
        var asked = new CompletableFuture<Boolean>();
        var pinged = new CompletableFuture<Boolean>();
        RawOrigin origin =
                proxy.closing(
                        RawOrigin.start(
                                peer -> {
                                    peer.settings().withoutAnswers();
                                    asked.complete(peer.asked().stream() == 1);
                                    pinged.complete(peer.await(FrameType.PING).stream() == 0);
                                    peer.closes();
                                }));
        routeToHttp2(proxy, origin, Timeouts.usual());
        RawClient client = proxy.client().get("/");
        assertThat(asked.get(10, TimeUnit.SECONDS)).isTrue();
        clock.jump(SILENCE);
        assertThat(pinged.get(10, TimeUnit.SECONDS)).isTrue();
        clock.jump(ANSWER);
        RawClient.Answer answer = client.answer();
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.field("weft-cause")).isEqualTo("upstream-closed");
        Eventually.eventually("its connection is closed", () -> origin.open() == 0);
    }

    @Test
    void anEndpointThatAnswersIsWaitedFor() throws Exception {
        var clock = new JumpingClock();
        ProxyFixture proxy = proxies.keep(ProxyFixture.at(clock));
        var asked = new CompletableFuture<Boolean>();
        RawOrigin origin =
                proxy.closing(
                        RawOrigin.start(
                                peer -> {
                                    peer.settings();
                                    int id = peer.asked().stream();
                                    asked.complete(true);
                                    peer.await(FrameType.PING);
                                    peer.headers(id, false, ":status", "200");
                                    peer.data(id, true, "late");
                                    peer.closes();
                                }));
        routeToHttp2(proxy, origin, Timeouts.usual());
        RawClient client = proxy.client().get("/");
        assertThat(asked.get(10, TimeUnit.SECONDS)).isTrue();
        clock.jump(SILENCE);
        assertThat(client.answer().body()).isEqualTo("late");
    }

    @Test
    void anAnswerOverHttp2ThatStallsIsCut() throws Exception {
        ProxyFixture proxy = proxies.keep(new ProxyFixture());
        var reset = new CompletableFuture<Integer>();
        RawOrigin origin =
                proxy.closing(
                        RawOrigin.start(
                                peer -> {
                                    int id = peer.begins("content-length", "10");
                                    peer.data(id, false, "abc");
                                    reset.complete(peer.await(FrameType.RST_STREAM, id).code());
                                    peer.closes();
                                }));
        routeToHttp2(proxy, origin, Timeouts.usual().withIdle(SHORT));
        RawClient client = proxy.client().get("/");
        assertThat(client.head().getFirst()).contains("200");
        assertThat(client.exactly(3)).asString().isEqualTo("abc");
        assertThat(client.isReset()).isTrue();
        assertThat(reset.get(10, TimeUnit.SECONDS)).isEqualTo(ErrorCode.CANCEL);
    }
}
