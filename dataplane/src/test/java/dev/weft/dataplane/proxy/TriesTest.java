package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.http.RawClient;
import dev.weft.dataplane.http2.RawOrigin;
import dev.weft.dataplane.http2.RawPeer;
import dev.weft.dataplane.http2.frame.ErrorCode;
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
import dev.weft.testkit.NothingLeft;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Where the tries of one request go: with one good endpoint of n, the nth try finds it. */
@Timeout(60)
@ExtendWith({NothingLeft.class, NoBufferLeaks.class})
class TriesTest {
    private static final int REQUESTS = 12;

    /** No endpoint is put out, so that nothing but the rule keeps a request from one. */
    private static final Accrual NONE =
            new Accrual(0, Accrual.Rate.none(), Duration.ofSeconds(1), Duration.ofSeconds(1), 0);

    private final List<RawOrigin> opened = new ArrayList<>();
    private final AtomicInteger broken = new AtomicInteger();
    private ProxyFixture proxy;

    @BeforeEach
    void start() throws Exception {
        proxy = new ProxyFixture();
    }

    @AfterEach
    void stop() throws Exception {
        for (RawOrigin origin : opened) {
            origin.close();
        }
        proxy.close();
    }

    static Stream<Choosing> choosing() {
        return Stream.of(
                Choosing.PeakEwma.usual(),
                new Choosing.LeastRequest(),
                new Choosing.RoundRobin(),
                new Choosing.ConsistentHash(new HashKey.Query("user")));
    }

    private static Cluster terms(Choosing choosing) {
        return Cluster.usual().withBalancer(Balancer.of(choosing)).withAccrual(NONE);
    }

    private static Policy tries(int attempts) {
        return Policy.usual().withRetry(new Retry(attempts, 1000));
    }

    private Address breaking() throws Exception {
        return proxy.origin(
                        talk -> {
                            talk.request();
                            broken.incrementAndGet();
                            talk.reset();
                        })
                .address();
    }

    private Address speakingHttp2(RawOrigin.Script script) throws IOException {
        RawOrigin origin = RawOrigin.start(script);
        opened.add(origin);
        return origin.address();
    }

    private Address breakingStreams() throws IOException {
        return speakingHttp2(
                peer -> {
                    peer.settings();
                    RawPeer.Frame request;
                    while ((request = peer.request()) != null) {
                        broken.incrementAndGet();
                        peer.reset(request.stream(), ErrorCode.REFUSED_STREAM);
                    }
                });
    }

    private static Backend.Endpoints backend(String name, Cluster terms, Address... addresses) {
        return ProxyFixture.endpoints(name, addresses).withTerms(terms);
    }

    /** Asks for so many users, each of whom is hashed elsewhere, and expects one answer. */
    private void ask(String expected) throws Exception {
        RawClient client = proxy.client();
        for (int i = 0; i < REQUESTS; i++) {
            assertThat(client.get("/?user=" + i).answer().body()).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("choosing")
    void threeTriesFindTheOneOfThreeThatWorks(Choosing choosing) throws Exception {
        proxy.routeTo(
                backend(
                        "default/blue",
                        terms(choosing),
                        breaking(),
                        breaking(),
                        proxy.named("good").address()),
                tries(3));
        ask("good");
    }

    @ParameterizedTest
    @MethodSource("choosing")
    void threeTriesFindTheOneOfThreeThatWorksOverHttp2(Choosing choosing) throws Exception {
        Address good =
                speakingHttp2(
                        peer -> {
                            peer.settings();
                            RawPeer.Frame request;
                            while ((request = peer.request()) != null) {
                                peer.headers(request.stream(), false, ":status", "200");
                                peer.data(request.stream(), true, "good");
                            }
                        });
        proxy.routeTo(
                backend(
                        "default/blue",
                        terms(choosing).withProtocol(Cluster.Protocol.HTTP2),
                        breakingStreams(),
                        breakingStreams(),
                        good),
                tries(3));
        ask("good");
        RawPeer caller = proxy.closing(RawPeer.to(proxy.plane.edges().getFirst()));
        for (int i = 0; i < REQUESTS; i++) {
            caller.get(1 + 2 * i, "/?user=" + i);
            assertThat(caller.message(1 + 2 * i).body()).isEqualTo("good");
        }
    }

    @ParameterizedTest
    @MethodSource("choosing")
    void endpointsOfAllBackendsOfASplitAreTried(Choosing choosing) throws Exception {
        Cluster terms = terms(choosing);
        Address good = proxy.named("good").address();
        proxy.apply(
                new Route(
                        "split",
                        "default/root",
                        Match.everything(),
                        tries(5),
                        List.of(
                                new WeightedBackend(
                                        5, backend("default/a", terms, breaking(), breaking())),
                                new WeightedBackend(3, backend("default/b", terms, breaking())),
                                new WeightedBackend(
                                        1, backend("default/c", terms, good, breaking())))));
        ask("good");
    }

    @Test
    void whereEverythingBreaksNobodyIsTriedTwiceInARow() throws Exception {
        var order = Collections.synchronizedList(new ArrayList<String>());
        List<WeightedBackend> backends = new ArrayList<>();
        for (String name : List.of("a", "b")) {
            Origin origin =
                    proxy.origin(
                            talk -> {
                                talk.request();
                                order.add(name);
                                talk.reset();
                            });
            backends.add(
                    new WeightedBackend(
                            name.equals("a") ? 99 : 1,
                            backend(
                                    "default/" + name,
                                    terms(new Choosing.RoundRobin()),
                                    origin.address())));
        }
        proxy.apply(new Route("split", "default/root", Match.everything(), tries(6), backends));
        assertThat(proxy.client().get("/").answer().field("weft-cause"))
                .isEqualTo("upstream-closed");
        assertThat(order).containsExactly("a", "b", "a", "b", "a", "b");
    }

    @Test
    void aSessionWhoseEndpointBreaksIsServedByAnother() throws Exception {
        Address good = proxy.named("good").address();
        var left = new AtomicInteger(1);
        Origin once =
                proxy.origin(
                        talk -> {
                            // answers its first request, which begins the session
                            while (talk.request() != null) {
                                if (left.getAndDecrement() <= 0) {
                                    broken.incrementAndGet();
                                    talk.reset();
                                    return;
                                }
                                talk.answer("once");
                            }
                        });
        var stickiness =
                new Stickiness(Stickiness.By.HEADER, "X-Session", Duration.ZERO, Duration.ZERO);
        Cluster terms = terms(new Choosing.RoundRobin());
        sticky(stickiness, backend("default/blue", terms, once.address()));
        RawClient client = proxy.client();
        String session = client.get("/").answer().field("x-session");
        sticky(stickiness, backend("default/blue", terms, breaking(), good, once.address()));
        for (int i = 0; i < REQUESTS; i++) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nX-Session: " + session + "\r\n\r\n");
            assertThat(client.answer().body()).isEqualTo("good");
        }
        // each request of the session begins with its endpoint
        assertThat(broken.get()).isGreaterThanOrEqualTo(REQUESTS);
    }

    private void sticky(Stickiness stickiness, Backend.Endpoints backend) {
        proxy.apply(
                new Route(
                        "session",
                        "default/root",
                        Match.everything(),
                        tries(3).withStickiness(stickiness),
                        List.of(new WeightedBackend(1, backend))));
    }

    @Test
    void whatWasTriedIsRememberedAcrossSnapshots() throws Exception {
        var addresses = new ArrayList<Address>();
        Origin.Script script =
                talk -> {
                    talk.request();
                    broken.incrementAndGet();
                    synchronized (addresses) {
                        Collections.rotate(addresses, 1);
                        inTurn(addresses);
                    }
                    talk.reset();
                };
        for (int i = 0; i < 3; i++) {
            addresses.add(proxy.origin(script).address());
        }
        addresses.add(proxy.named("good").address());
        inTurn(addresses);
        ask("good");
        assertThat(broken.get()).isLessThanOrEqualTo(3 * REQUESTS).isPositive();
    }

    private void inTurn(List<Address> addresses) {
        proxy.routeTo(
                backend(
                        "default/blue",
                        terms(new Choosing.RoundRobin()),
                        addresses.toArray(Address[]::new)),
                tries(4));
    }
}
