package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.http.RawClient;
import dev.weft.dataplane.http.ServerLimits;
import dev.weft.dataplane.route.Match;
import dev.weft.dataplane.route.Policy;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.Snapshot;
import dev.weft.dataplane.route.VirtualHost;
import dev.weft.dataplane.route.WeightedBackend;
import dev.weft.testkit.NothingLeft;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What becomes of requests while thousands of routes are replaced at once. */
@Timeout(120)
@ExtendWith({NothingLeft.class, NoBufferLeaks.class})
class ReplacingTest {
    private static final int HOSTS = 250;
    private static final int ROUTES_EACH = 8;
    private static final int REPLACEMENTS = 12;

    /** Every route is another object than in the generation before, and has other weights. */
    private static Snapshot snapshot(int generation, Origin blue, Origin green) {
        List<VirtualHost> hosts = new ArrayList<>();
        for (int host = 0; host < HOSTS; host++) {
            List<Route> routes = new ArrayList<>();
            for (int i = 0; i < ROUTES_EACH; i++) {
                routes.add(
                        new Route(
                                "route " + host + "/" + i,
                                "default/root" + host,
                                Match.prefix("/p" + i),
                                Policy.usual(),
                                List.of(
                                        new WeightedBackend(
                                                1 + generation % 3,
                                                ProxyFixture.endpoints("blue", blue.address())),
                                        new WeightedBackend(
                                                1,
                                                ProxyFixture.endpoints(
                                                        "green", green.address())))));
            }
            hosts.add(new VirtualHost(Set.of("h" + host + ".example"), routes));
        }
        return new Snapshot(hosts, List.of());
    }

    private static int call(RawClient client, AtomicBoolean ended) {
        try {
            int sent = 0;
            for (int i = 0; !ended.get() || i < 500; i++) {
                client.send(
                        "GET /p"
                                + i % ROUTES_EACH
                                + "/x HTTP/1.1\r\nHost: h"
                                + i * 7 % HOSTS
                                + ".example\r\n\r\n");
                assertThat(client.answer().body()).isIn("blue", "green");
                sent++;
            }
            return sent;
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void noRequestFailsAndWhatIsKnownStaysWhileEveryRouteIsReplaced() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                var proxy = new ProxyFixture(2, ServerLimits.usual())) {
            Origin blue = proxy.named("blue");
            Origin green = proxy.named("green");
            proxy.plane.apply(snapshot(0, blue, green));
            var ended = new AtomicBoolean();
            List<CompletableFuture<Integer>> callers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                RawClient client = proxy.client();
                callers.add(CompletableFuture.supplyAsync(() -> call(client, ended), threads));
            }
            try {
                for (int i = 1; i <= REPLACEMENTS; i++) {
                    proxy.plane.apply(snapshot(i, blue, green));
                    assertThat(proxy.plane.inUseAfter()).isLessThan(Duration.ofSeconds(10));
                }
            } finally {
                ended.set(true);
            }
            long sent = 0;
            for (CompletableFuture<Integer> caller : callers) {
                sent += caller.join();
            }
            long counted =
                    proxy.plane.figures().series().stream().mapToLong(s -> s.successes()).sum();
            assertThat(counted).as("no counter was lost").isEqualTo(sent);
            assertThat(blue.accepted()).as("connections were kept").isLessThanOrEqualTo(4);
        }
    }
}
