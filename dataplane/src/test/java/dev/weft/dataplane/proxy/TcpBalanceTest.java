package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.event.Reading;
import dev.weft.dataplane.http.RawClient;
import dev.weft.dataplane.http.ServerLimits;
import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.Listener;
import dev.weft.dataplane.route.Policy;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.Timeouts;
import dev.weft.dataplane.route.upstream.Balancer;
import dev.weft.dataplane.route.upstream.Cluster;
import dev.weft.dataplane.route.upstream.Pooling;
import dev.weft.testkit.Eventually;
import dev.weft.testkit.NothingLeft;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Which endpoint gets a connection that is passed on, and what becomes of those that fail. */
@Timeout(60)
@ExtendWith({NothingLeft.class, NoBufferLeaks.class})
class TcpBalanceTest {
    private ProxyFixture proxy;
    private Address at;

    @BeforeEach
    void start() throws Exception {
        proxy = new ProxyFixture(2, ServerLimits.usual());
        at = ProxyFixture.free();
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
    }

    /** Says its name, and then whatever it is told, until the other end has no more. */
    private Origin named(String name) throws Exception {
        return proxy.origin(
                talk -> {
                    talk.send(name + "\r\n");
                    String line;
                    while ((line = talk.line()) != null) {
                        talk.send(line + "\r\n");
                    }
                });
    }

    private void listen(Cluster terms, Policy policy, Address... endpoints) {
        Backend backend = ProxyFixture.endpoints("default/db", endpoints).withTerms(terms);
        proxy.listen(
                new Listener.Tcp(
                        "db", at, Route.toOne("db", "default/db", backend).withPolicy(policy)));
    }

    private RawClient client() throws Exception {
        return proxy.closing(RawClient.to(at.socket()));
    }

    private Reading series() {
        return proxy.plane.figures().series().stream()
                .filter(it -> it.name().backend().equals("default/db"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theOneWithFewerConnectionsGetsTheNext() throws Exception {
        Cluster least =
                Cluster.usual()
                        .withBalancer(
                                new Balancer(
                                        new Balancer.Choosing.LeastRequest(), Duration.ZERO, 50));
        listen(least, Policy.usual(), named("a").address(), named("b").address());
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            names.add(client().line());
        }
        assertThat(names.stream().filter("a"::equals)).as("of ten that stand").hasSize(5);
    }

    @Test
    void oneThatTakesNoConnectionIsLeftOutForAWhile() throws Exception {
        Origin good = named("good");
        listen(Cluster.usual(), Policy.usual(), ProxyFixture.nobody(), good.address());
        for (int i = 0; i < 20; i++) {
            assertThat(client().line()).isEqualTo("good");
        }
        assertThat(good.accepted()).isEqualTo(20);
        assertThat(series().retries()).as("tries at the dead one").isBetween(1L, 15L);
    }

    @Test
    void moreConnectionsThanMayBeAreRefusedAndCounted() throws Exception {
        Cluster bounded =
                Cluster.usual()
                        .withPooling(new Pooling(2, 0, 0, Duration.ofSeconds(4), Duration.ZERO, 0));
        listen(bounded, Policy.usual(), named("a").address());
        RawClient one = client();
        RawClient two = client();
        assertThat(one.line()).isEqualTo("a");
        assertThat(two.line()).isEqualTo("a");
        assertThat(client().isReset()).isTrue();
        assertThat(proxy.plane.figures().refusals()).containsEntry("connections-exhausted", 1L);
        one.close();
        Eventually.eventually(
                "the place is free", () -> proxy.plane.figures().upstreamConnections() == 1);
        assertThat(client().line()).isEqualTo("a");
    }

    @Test
    void aConnectionThatIsSilentForTooLongIsCut() throws Exception {
        Timeouts.Lasting lasting =
                new Timeouts.Lasting(Timeouts.NONE, Timeouts.NONE, Duration.ofMillis(300));
        listen(
                Cluster.usual(),
                Policy.usual().withTimeouts(Timeouts.usual().withLasting(lasting)),
                named("a").address());
        RawClient client = client();
        assertThat(client.line()).isEqualTo("a");
        assertThat(client.closes()).isTrue();
    }

    @Test
    void aConnectionThatLastsTooLongIsCut() throws Exception {
        Timeouts.Lasting lasting =
                new Timeouts.Lasting(Timeouts.NONE, Duration.ofMillis(500), Duration.ofHours(1));
        listen(
                Cluster.usual(),
                Policy.usual().withTimeouts(Timeouts.usual().withLasting(lasting)),
                named("a").address());
        RawClient client = client();
        assertThat(client.line()).isEqualTo("a");
        assertThat(client.closes()).isTrue();
    }
}
