package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.http2.RawOrigin;
import dev.weft.dataplane.http2.RawPeer;
import dev.weft.dataplane.http2.frame.FrameType;
import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.upstream.Accrual;
import dev.weft.dataplane.route.upstream.Balancer;
import dev.weft.dataplane.route.upstream.Balancer.Choosing;
import dev.weft.dataplane.route.upstream.Cluster;
import dev.weft.dataplane.route.upstream.Pooling;
import dev.weft.testkit.Eventually;
import dev.weft.testkit.NothingLeft;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is held against endpoints of gRPC, whose status mostly stands behind the body; pools. */
@Timeout(60)
@ExtendWith({NothingLeft.class, NoBufferLeaks.class})
class GrpcStandingTest {
    private static final Accrual QUICK =
            new Accrual(3, Accrual.Rate.none(), Duration.ofMillis(200), Duration.ofSeconds(5), 0.5);

    private final List<RawOrigin> opened = new ArrayList<>();
    private ProxyFixture proxy;
    private RawPeer caller;
    private int stream = 1;

    @BeforeEach
    void start() throws IOException {
        proxy = new ProxyFixture(2, dev.weft.dataplane.http.ServerLimits.usual());
        caller = RawPeer.to(proxy.plane.edges().getFirst());
    }

    @AfterEach
    void stop() throws Exception {
        caller.close();
        for (RawOrigin origin : opened) {
            origin.close();
        }
        proxy.close();
    }

    private RawOrigin origin(RawOrigin.Script script) throws IOException {
        RawOrigin origin = RawOrigin.start(script);
        opened.add(origin);
        return origin;
    }

    private static void begin(RawPeer peer, int id) throws IOException {
        peer.headers(id, false, ":status", "200", "content-type", "application/grpc");
    }

    /** Says its name in its head, and a status behind it. */
    private RawOrigin moody(AtomicBoolean bad, AtomicInteger asked) throws IOException {
        return origin(
                peer -> {
                    peer.settings();
                    RawPeer.Frame request;
                    while ((request = peer.request()) != null) {
                        asked.incrementAndGet();
                        begin(peer, request.stream());
                        peer.headers(request.stream(), true, "grpc-status", bad.get() ? "14" : "0");
                    }
                });
    }

    private void route(Cluster terms, RawOrigin... origins) {
        var addresses = new Address[origins.length];
        for (int i = 0; i < origins.length; i++) {
            addresses[i] = origins[i].address();
        }
        Backend.Endpoints backend = ProxyFixture.endpoints("default/blue", addresses);
        proxy.routeTo(backend.withTerms(terms.withProtocol(Cluster.Protocol.HTTP2)));
    }

    private static Cluster terms() {
        return Cluster.usual()
                .withBalancer(Balancer.of(new Choosing.RoundRobin()))
                .withAccrual(QUICK);
    }

    private int call() throws IOException {
        int id = stream;
        stream += 2;
        caller.post(id, "/a.B/Unary", "content-type", "application/grpc", "te", "trailers");
        caller.data(id, true, "\0\0\0\0\0");
        return id;
    }

    private String status() throws IOException {
        return caller.message(call()).trailers().getOrDefault("grpc-status", "");
    }

    @Test
    void aStatusBehindTheBodyPutsAnEndpointOutAndOneCallTriesIt() throws Exception {
        var bad = new AtomicBoolean(true);
        var asked = new AtomicInteger();
        route(terms(), moody(bad, asked), moody(new AtomicBoolean(), new AtomicInteger()));
        int failures = 0;
        for (int i = 0; i < 40; i++) {
            failures += status().equals("14") ? 1 : 0;
        }
        assertThat(failures).isEqualTo(asked.get());
        assertThat(failures).isBetween(3, 6);
        bad.set(false);
        int before = asked.get();
        Eventually.eventually(
                () -> {
                    assertThat(status()).isEqualTo("0");
                    assertThat(asked.get()).isGreaterThan(before + 3);
                });
    }

    @Test
    void aStreamThatGoesOnMakesItsEndpointGoodAgain() throws Exception {
        var bad = new AtomicBoolean(true);
        var asked = new AtomicInteger();
        var streams = new AtomicInteger();
        RawOrigin endless =
                origin(
                        peer -> {
                            peer.settings();
                            RawPeer.Frame request;
                            while ((request = peer.request()) != null) {
                                asked.incrementAndGet();
                                begin(peer, request.stream());
                                if (bad.get()) {
                                    peer.headers(request.stream(), true, "grpc-status", "14");
                                } else {
                                    streams.incrementAndGet();
                                    peer.data(request.stream(), false, "\0\0\0\0\0");
                                }
                            }
                        });
        route(terms(), endless, moody(new AtomicBoolean(), new AtomicInteger()));
        for (int i = 0; i < 20; i++) {
            status();
        }
        bad.set(false);
        // the one that tries it never ends, and yet others follow it
        Eventually.eventually(
                () -> {
                    caller.await(FrameType.HEADERS, call());
                    assertThat(streams.get()).isGreaterThan(2);
                });
    }

    @Test
    void aConnectionOfHttp2IsOpenBeforeTheFirstRequestAndIsUsedSoOften() throws Exception {
        RawOrigin origin = moody(new AtomicBoolean(), new AtomicInteger());
        var pooling = new Pooling(100, 100, 5, Duration.ofMinutes(1), Pooling.usual().age(), 2);
        route(Cluster.usual().withPooling(pooling), origin);
        // one for each loop
        Eventually.eventually("both are open", () -> origin.accepted() == 2);
        for (int i = 0; i < 5; i++) {
            assertThat(status()).isEqualTo("0");
        }
        assertThat(origin.accepted()).isEqualTo(2);
        for (int i = 0; i < 10; i++) {
            assertThat(status()).isEqualTo("0");
        }
        assertThat(origin.accepted()).isEqualTo(4);
    }
}
