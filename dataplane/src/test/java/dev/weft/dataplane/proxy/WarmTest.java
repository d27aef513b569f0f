package dev.weft.dataplane.proxy;

import static dev.weft.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.http.ServerLimits;
import dev.weft.dataplane.http2.RawOrigin;
import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Snapshot;
import dev.weft.dataplane.route.upstream.Cluster;
import dev.weft.dataplane.route.upstream.Pooling;
import dev.weft.testkit.NothingLeft;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Connections that are open before anybody asks for them, and stay so. */
@Timeout(60)
@ExtendWith({NothingLeft.class, NoBufferLeaks.class})
class WarmTest {
    private ProxyFixture proxy;

    @BeforeEach
    void start() throws IOException {
        proxy = new ProxyFixture(2, ServerLimits.usual());
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
    }

    private void warm(Address address, int count, Duration idle, Cluster.Protocol protocol) {
        var endpoints = ProxyFixture.endpoints("default/blue", address);
        var pooling = new Pooling(8, 100, 0, idle, Duration.ZERO, count);
        proxy.routeTo(
                endpoints.withTerms(endpoints.terms().withPooling(pooling).withProtocol(protocol)));
    }

    private void warm(Origin origin, int count, Duration idle) {
        warm(origin.address(), count, idle, Cluster.Protocol.HTTP1);
    }

    @Test
    void theyAreOpenedAnewAfterTheirEndpointEndedThem() throws Exception {
        Origin origin = proxy.named("blue");
        warm(origin, 3, Duration.ofMinutes(1));
        eventually("they are open", () -> origin.open() == 3);
        origin.cutAll();
        eventually("others are", () -> origin.accepted() >= 6 && origin.open() == 3);
        assertThat(proxy.client().get("/").answer().body()).isEqualTo("blue");
        assertThat(origin.accepted()).as("none was opened for it").isEqualTo(6);
    }

    @Test
    void theyAreOpenedAnewAfterTheyWereIdle() throws Exception {
        Origin origin = proxy.named("blue");
        warm(origin, 2, Duration.ofMillis(300));
        eventually("they have ended and come again", () -> origin.accepted() >= 6);
    }

    @Test
    void anEndpointThatEndsThemAtOnceIsAskedEverMoreSeldom() throws Exception {
        List<Long> times = new CopyOnWriteArrayList<>();
        Origin origin = proxy.origin(talk -> times.add(System.nanoTime()));
        warm(origin, 1, Duration.ofMinutes(1));
        eventually("it was asked five times", () -> times.size() >= 5);
        // after pauses of 200, 400, 800 and 1,600 ms
        assertThat(times.get(4) - times.get(0)).isGreaterThan(1_500_000_000L);
    }

    @Test
    void anEndpointWhereNobodyListensIsAskedUntilSomebodyDoes() throws Exception {
        Address address = ProxyFixture.free();
        warm(address, 1, Duration.ofMinutes(1), Cluster.Protocol.HTTP1);
        InetAddress ip = InetAddress.getByName(address.ip());
        try (var late = new ServerSocket(address.port(), 8, ip)) {
            late.setSoTimeout(20_000);
            late.accept().close();
        }
    }

    @Test
    void thoseOfHttp2AreOpenedAnewToo() throws Exception {
        RawOrigin origin =
                proxy.closing(
                        RawOrigin.start(
                                peer -> {
                                    peer.settings();
                                    peer.goAway(0, 0);
                                    peer.closes();
                                }));
        warm(origin.address(), 1, Duration.ofMinutes(1), Cluster.Protocol.HTTP2);
        eventually("another was opened", () -> origin.accepted() >= 3);
    }

    @Test
    void thoseOfARouteThatHasGoneStayClosed() throws Exception {
        Origin origin = proxy.named("blue");
        warm(origin, 2, Duration.ofMinutes(1));
        eventually("they are open", () -> origin.open() == 2);
        proxy.plane.apply(Snapshot.empty());
        eventually("they are closed", () -> origin.open() == 0);
        assertThat(origin.accepted()).isEqualTo(2);
    }
}
