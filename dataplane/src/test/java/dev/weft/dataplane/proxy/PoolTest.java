package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.http.RawClient;
import dev.weft.dataplane.http.ServerLimits;
import dev.weft.dataplane.http2.RawOrigin;
import dev.weft.dataplane.route.Policy;
import dev.weft.dataplane.route.Timeouts;
import dev.weft.dataplane.route.upstream.Cluster;
import dev.weft.dataplane.route.upstream.Pooling;
import dev.weft.testkit.NothingLeft;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two event loops with callers share the few connections that one endpoint may have. */
@Timeout(60)
@ExtendWith({NothingLeft.class, NoBufferLeaks.class})
class PoolTest {
    private static final Cluster ONE =
            Cluster.usual().withPooling(Pooling.usual().withConnections(1));

    /** Nobody is to give up before the others do. */
    private static final Policy PATIENT =
            Policy.usual().withTimeouts(Timeouts.usual().withConnect(Duration.ofSeconds(20)));

    private ProxyFixture proxy;

    @BeforeEach
    void start() throws Exception {
        proxy = new ProxyFixture(2, ServerLimits.usual());
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
    }

    private List<RawClient> clients(int count) throws Exception {
        var clients = new ArrayList<RawClient>();
        for (int i = 0; i < count; i++) {
            clients.add(proxy.client());
        }
        return clients;
    }

    @Test
    void aConnectionThatIsIdleGivesWayToACallerOfAnotherLoop() throws Exception {
        Origin origin = proxy.named("one");
        proxy.routeTo(ProxyFixture.endpoints("default/blue", origin.address()).withTerms(ONE));
        for (RawClient client : clients(6)) {
            assertThat(client.get("/").answer().body()).isEqualTo("one");
            assertThat(origin.open()).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void underLoadEveryLoopHasItsTurn() throws Exception {
        Origin origin = proxy.named("one");
        proxy.routeTo(
                ProxyFixture.endpoints("default/blue", origin.address()).withTerms(ONE), PATIENT);
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var ends = new ArrayList<Future<Boolean>>();
            for (RawClient client : clients(8)) {
                Callable<Boolean> caller =
                        () -> {
                            boolean all = true;
                            for (int i = 0; i < 300; i++) {
                                all &= client.get("/").answer().body().equals("one");
                            }
                            return all;
                        };
                ends.add(callers.submit(caller));
            }
            for (Future<Boolean> end : ends) {
                assertThat(end.get()).isTrue();
            }
        }
    }

    @Test
    void byHttp2EveryLoopMayHaveOne() throws Exception {
        RawOrigin origin = proxy.closing(RawOrigin.named("one"));
        proxy.routeTo(
                ProxyFixture.endpoints("default/blue", origin.address())
                        .withTerms(ONE.withProtocol(Cluster.Protocol.HTTP2)));
        for (RawClient client : clients(6)) {
            assertThat(client.get("/").answer().status()).isEqualTo(200);
        }
    }
}
