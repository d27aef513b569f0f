package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.http.RawClient;
import dev.weft.dataplane.http.ServerLimits;
import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.Match;
import dev.weft.dataplane.route.Policy;
import dev.weft.dataplane.route.Retry;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.Stickiness;
import dev.weft.dataplane.route.WeightedBackend;
import dev.weft.dataplane.route.upstream.Accrual;
import dev.weft.dataplane.route.upstream.Balancer;
import dev.weft.dataplane.route.upstream.Balancer.Choosing;
import dev.weft.dataplane.route.upstream.Balancer.HashKey;
import dev.weft.dataplane.route.upstream.Cluster;
import dev.weft.dataplane.route.upstream.Pooling;
import dev.weft.testkit.Eventually;
import dev.weft.testkit.NothingLeft;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Which endpoint gets a request, on two event loops, and what is known of endpoints. */
@Timeout(60)
@ExtendWith({NothingLeft.class, NoBufferLeaks.class})
class BalanceTest {
    private ProxyFixture proxy;

    @BeforeEach
    void start() throws Exception {
        proxy = new ProxyFixture(2, ServerLimits.usual());
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
    }

    private static Cluster by(Choosing choosing) {
        return Cluster.usual().withBalancer(Balancer.of(choosing));
    }

    private static Backend.Endpoints backend(String name, Cluster terms, Origin... origins) {
        var addresses = new Address[origins.length];
        for (int i = 0; i < origins.length; i++) {
            addresses[i] = origins[i].address();
        }
        return ProxyFixture.endpoints(name, addresses).withTerms(terms);
    }

    private Origin[] named(int count) throws Exception {
        var origins = new Origin[count];
        for (int i = 0; i < count; i++) {
            origins[i] = proxy.named("e" + i);
        }
        return origins;
    }

    private static String ask(RawClient client, String path, String fields) throws Exception {
        return client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n")
                .answer()
                .body();
    }

    @Test
    void byDefaultEveryEndpointIsTried() throws Exception {
        Origin[] origins = named(4);
        proxy.routeTo(backend("default/blue", Cluster.usual(), origins));
        RawClient client = proxy.client();
        for (int i = 0; i < 400; i++) {
            client.get("/").answer();
        }
        for (Origin origin : origins) {
            // one whose first answer was slow is asked seldom for a while: that is the point
            assertThat(origin.requests()).isNotEmpty();
        }
    }

    @Test
    void endpointsInTurnFollowTheirWeights() throws Exception {
        Origin[] origins = named(2);
        proxy.routeTo(
                new Backend.Endpoints(
                        "default/blue",
                        "default/blue:http",
                        List.of(
                                new Backend.Endpoint(origins[0].address(), 1),
                                new Backend.Endpoint(origins[1].address(), 3)),
                        by(new Choosing.RoundRobin())));
        RawClient client = proxy.client();
        for (int i = 0; i < 200; i++) {
            client.get("/").answer();
        }
        assertThat(origins[0].requests()).hasSizeBetween(45, 55);
    }

    @Test
    void theSameKeyFindsTheSameEndpointOnEveryLoop() throws Exception {
        record Case(HashKey key, String path, String fields) {}
        Origin[] origins = named(5);
        List<Case> cases =
                List.of(
                        new Case(new HashKey.Header("X-User"), "/", "X-User: %s\r\n"),
                        new Case(
                                new HashKey.Cookie("user", Duration.ZERO),
                                "/",
                                "Cookie: a=b; user=%s; c=d\r\n"),
                        new Case(new HashKey.Query("user"), "/?a=b&user=%s&c", ""));
        for (Case one : cases) {
            proxy.routeTo(
                    backend("default/blue", by(new Choosing.ConsistentHash(one.key())), origins));
            var all = new HashSet<String>();
            for (int user = 0; user < 30; user++) {
                var found = new HashSet<String>();
                for (int i = 0; i < 4; i++) {
                    // the clients' connections fall to the loops in turn
                    try (RawClient client = RawClient.to(proxy.plane.edges().getFirst())) {
                        found.add(
                                ask(
                                        client,
                                        one.path().replace("%s", "u" + user),
                                        one.fields().replace("%s", "u" + user)));
                    }
                }
                assertThat(found).as("%s of user %s", one.key(), user).hasSize(1);
                all.addAll(found);
            }
            assertThat(all).hasSizeGreaterThanOrEqualTo(4);
        }
    }

    @Test
    void theSameSourceFindsTheSameEndpoint() throws Exception {
        proxy.routeTo(
                backend(
                        "default/blue",
                        by(new Choosing.ConsistentHash(new HashKey.Source())),
                        named(5)));
        var found = new HashSet<String>();
        for (int i = 0; i < 10; i++) {
            found.add(proxy.client().get("/").answer().body());
        }
        assertThat(found).hasSize(1);
    }

    @Test
    void aKeyStaysWithItsBackendWhenWeightsChange() throws Exception {
        Cluster terms = by(new Choosing.ConsistentHash(new HashKey.Header("x-user")));
        Origin blue = proxy.named("blue");
        Origin green = proxy.named("green");
        RawClient client = proxy.client();
        List<String> before = new ArrayList<>();
        int[] greens = new int[2];
        for (int round = 0; round < 2; round++) {
            proxy.split(
                    new WeightedBackend(80 - 20 * round, backend("default/blue", terms, blue)),
                    new WeightedBackend(20 + 20 * round, backend("default/green", terms, green)));
            for (int user = 0; user < 200; user++) {
                String body = ask(client, "/", "X-User: u" + user + "\r\n");
                greens[round] += body.equals("green") ? 1 : 0;
                if (round == 0) {
                    before.add(body);
                } else if (before.get(user).equals("green")) {
                    assertThat(body).isEqualTo("green");
                }
            }
        }
        assertThat(greens[0]).isBetween(20, 60);
        assertThat(greens[1]).isBetween(55, 105);
    }

    @Test
    void aCallerWithoutACookieIsGivenOneToBeHashedBy() throws Exception {
        proxy.routeTo(
                backend(
                        "default/blue",
                        by(
                                new Choosing.ConsistentHash(
                                        new HashKey.Cookie("user", Duration.ofHours(1)))),
                        named(5)));
        RawClient client = proxy.client();
        RawClient.Answer first = client.get("/").answer();
        String cookie = first.field("set-cookie");
        assertThat(cookie).startsWith("user=").contains("Max-Age=3600");
        String value = cookie.substring(0, cookie.indexOf(';'));
        for (int i = 0; i < 10; i++) {
            RawClient.Answer again =
                    client.send("GET / HTTP/1.1\r\nHost: a\r\nCookie: " + value + "\r\n\r\n")
                            .answer();
            assertThat(again.body()).isEqualTo(first.body());
            assertThat(again.field("set-cookie")).isEmpty();
        }
    }

    private void sticky(Stickiness stickiness, long blue, long green, Origin... origins) {
        proxy.apply(
                new Route(
                        "split",
                        "default/root",
                        Match.everything(),
                        Policy.usual().withStickiness(stickiness),
                        List.of(
                                new WeightedBackend(
                                        blue,
                                        backend(
                                                "default/blue",
                                                Cluster.usual(),
                                                origins[0],
                                                origins[1])),
                                new WeightedBackend(
                                        green,
                                        backend(
                                                "default/green",
                                                Cluster.usual(),
                                                origins[2],
                                                origins[3])))));
    }

    @Test
    void aSessionStaysWithItsEndpointWhateverTheWeights() throws Exception {
        var stickiness =
                new Stickiness(
                        Stickiness.By.SESSION_COOKIE, "session", Duration.ZERO, Duration.ZERO);
        Origin[] origins = named(4);
        sticky(stickiness, 1, 0, origins);
        RawClient client = proxy.client();
        RawClient.Answer first = client.get("/").answer();
        String cookie = first.field("set-cookie");
        String value = cookie.substring(0, cookie.indexOf(';'));
        assertThat(first.body()).isIn("e0", "e1");
        sticky(stickiness, 1, 99, origins);
        for (int i = 0; i < 20; i++) {
            RawClient.Answer again =
                    client.send("GET / HTTP/1.1\r\nHost: a\r\nCookie: " + value + "\r\n\r\n")
                            .answer();
            assertThat(again.body()).isEqualTo(first.body());
            assertThat(again.field("set-cookie")).isEmpty();
        }
        // its endpoint is gone: another is found and told
        origins[0] = origins[2];
        origins[1] = origins[3];
        sticky(stickiness, 1, 0, origins);
        RawClient.Answer moved =
                client.send("GET / HTTP/1.1\r\nHost: a\r\nCookie: " + value + "\r\n\r\n").answer();
        assertThat(moved.body()).isIn("e2", "e3");
        assertThat(moved.field("set-cookie")).startsWith("session=");
    }

    @Test
    void aSessionCanBeCarriedByAHeaderAndWhatIsMadeUpIsIgnored() throws Exception {
        var stickiness =
                new Stickiness(Stickiness.By.HEADER, "X-Session", Duration.ZERO, Duration.ZERO);
        sticky(stickiness, 1, 1, named(4));
        RawClient client = proxy.client();
        RawClient.Answer first = client.get("/").answer();
        String value = first.field("x-session");
        for (int i = 0; i < 10; i++) {
            assertThat(ask(client, "/", "X-Session: " + value + "\r\n")).isEqualTo(first.body());
        }
        for (String bad :
                List.of("", "zz", "1.2", "1.2.3.4", "-1.2.3", "..", "ffffffffffffffff0")) {
            assertThat(ask(client, "/", "X-Session: " + bad + "\r\n")).startsWith("e");
        }
    }

    private static final Accrual QUICK =
            new Accrual(3, Accrual.Rate.none(), Duration.ofMillis(200), Duration.ofSeconds(5), 0.5);

    @Test
    void anEndpointThatFailsIsLeftAloneAndTriedByOneRequest() throws Exception {
        var bad = new AtomicBoolean(true);
        var asked = new AtomicInteger();
        Origin moody =
                proxy.origin(
                        talk -> {
                            while (talk.request() != null) {
                                asked.incrementAndGet();
                                if (bad.get()) {
                                    talk.send("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n");
                                } else {
                                    talk.answer("moody");
                                }
                            }
                        });
        Origin good = proxy.named("good");
        Cluster terms = by(new Choosing.RoundRobin()).withAccrual(QUICK);
        proxy.routeTo(backend("default/blue", terms, moody, good));
        RawClient client = proxy.client();
        int failures = 0;
        for (int i = 0; i < 40; i++) {
            failures += client.get("/").answer().status() == 500 ? 1 : 0;
        }
        assertThat(failures).isEqualTo(asked.get());
        assertThat(failures).isBetween(3, 5);
        // what is known outlives the snapshot
        proxy.routeTo(
                backend("default/blue", terms, moody, good),
                Policy.usual().withRetry(Retry.never()));
        assertThat(client.get("/").answer().status()).isEqualTo(200);
        bad.set(false);
        Eventually.eventually(() -> assertThat(client.get("/").answer().body()).isEqualTo("moody"));
    }

    @Test
    void aBoundOnRequestsHoldsForAllLoopsTogether() throws Exception {
        var go = new CountDownLatch(1);
        var atWork = new AtomicInteger();
        Origin slow =
                proxy.origin(
                        talk -> {
                            while (talk.request() != null) {
                                atWork.incrementAndGet();
                                await(go);
                                talk.answer("slow");
                            }
                        });
        proxy.routeTo(
                backend(
                        "default/blue",
                        Cluster.usual().withLoad(new Cluster.Load(4, 3, Duration.ofSeconds(30))),
                        slow));
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            clients.add(proxy.client().get("/"));
        }
        Eventually.eventually("four are at work", () -> atWork.get() == 4);
        Eventually.eventually(
                "three wait",
                () -> proxy.plane.figures().series().stream().anyMatch(it -> it.inFlight() == 7));
        RawClient.Answer eighth = proxy.client().get("/").answer();
        assertThat(eighth.status()).isEqualTo(503);
        assertThat(eighth.field("weft-cause")).isEqualTo("queue-full");
        assertThat(atWork.get()).isEqualTo(4);
        go.countDown();
        for (RawClient client : clients) {
            assertThat(client.answer().body()).isEqualTo("slow");
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One that answers only when it is told to. */
    private Origin held(CountDownLatch go) throws Exception {
        return proxy.origin(
                talk -> {
                    while (talk.request() != null) {
                        await(go);
                        talk.answer("held");
                    }
                });
    }

    @Test
    void aRequestThatWaitsTooLongIsRefused() throws Exception {
        var go = new CountDownLatch(1);
        Origin slow = held(go);
        proxy.routeTo(
                backend(
                        "default/blue",
                        Cluster.usual().withLoad(new Cluster.Load(1, 10, Duration.ofMillis(200))),
                        slow));
        RawClient first = proxy.client().get("/");
        Eventually.eventually("the first is at work", () -> slow.requests().size() == 1);
        RawClient.Answer second = proxy.client().get("/").answer();
        assertThat(second.status()).isEqualTo(503);
        assertThat(second.field("weft-cause")).isEqualTo("queue-timeout");
        go.countDown();
        assertThat(first.answer().body()).isEqualTo("held");
    }

    @Test
    void connectionsAreBoundedOverAllLoopsAndRequestsWaitForThem() throws Exception {
        Origin origin = proxy.named("one");
        proxy.routeTo(
                backend(
                        "default/blue",
                        Cluster.usual().withPooling(Pooling.usual().withConnections(2)),
                        origin));
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            clients.add(proxy.client());
        }
        for (int round = 0; round < 20; round++) {
            for (RawClient client : clients) {
                client.get("/");
            }
            for (RawClient client : clients) {
                assertThat(client.answer().body()).isEqualTo("one");
            }
            assertThat(origin.open()).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void aConnectionIsUsedSoOftenAndNoMore() throws Exception {
        Origin origin = proxy.named("one");
        var usual = Pooling.usual();
        var pooling = new Pooling(10, 10, 5, usual.idle(), usual.age(), 0);
        proxy.routeTo(backend("default/blue", Cluster.usual().withPooling(pooling), origin));
        RawClient client = proxy.client();
        for (int i = 0; i < 20; i++) {
            client.get("/").answer();
        }
        assertThat(origin.accepted()).isEqualTo(4);
    }

    @Test
    void anOldConnectionTakesNoMoreRequests() throws Exception {
        Origin origin = proxy.named("one");
        proxy.routeTo(
                backend(
                        "default/blue",
                        Cluster.usual().withPooling(Pooling.usual().withAge(Duration.ofMillis(1))),
                        origin));
        RawClient client = proxy.client();
        for (int i = 0; i < 5; i++) {
            client.get("/").answer();
            java.util.concurrent.locks.LockSupport.parkNanos(2_000_000L);
        }
        assertThat(origin.accepted()).isEqualTo(5);
    }

    @Test
    void connectionsAreOpenedBeforeTheFirstRequest() throws Exception {
        Origin origin = proxy.named("one");
        var usual = Pooling.usual();
        var pooling = new Pooling(10, 10, 0, Duration.ofMinutes(1), usual.age(), 4);
        proxy.routeTo(backend("default/blue", Cluster.usual().withPooling(pooling), origin));
        Eventually.eventually("four are open", () -> origin.accepted() == 4);
        Eventually.eventually(
                "they are known", () -> proxy.plane.figures().upstreamConnections() == 4);
        proxy.client().get("/").answer();
        assertThat(origin.accepted()).isEqualTo(4);
    }

    @Test
    void anOutageIsToldAtOnceAfterAWhile() throws Exception {
        proxy.routeTo(
                ProxyFixture.endpoints("default/blue", ProxyFixture.nobody()),
                Policy.usual().withRetry(Retry.never()));
        RawClient client = proxy.client();
        var causes = new HashSet<String>();
        Eventually.eventually(
                "it fails fast",
                () -> {
                    try {
                        causes.add(client.get("/").answer().field("weft-cause"));
                    } catch (java.io.IOException e) {
                        throw new IllegalStateException(e);
                    }
                    return causes.contains("fail-fast");
                });
        assertThat(causes).isEqualTo(Set.of("connect-refused", "fail-fast"));
    }
}
