package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.http.Headers;
import dev.weft.dataplane.http.RawClient;
import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.HeaderEdits;
import dev.weft.dataplane.route.Listener;
import dev.weft.dataplane.route.Match;
import dev.weft.dataplane.route.PathRewrite;
import dev.weft.dataplane.route.Policy;
import dev.weft.dataplane.route.Reach;
import dev.weft.dataplane.route.Refusal;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.Snapshot;
import dev.weft.dataplane.route.VirtualHost;
import dev.weft.dataplane.route.WeightedBackend;
import dev.weft.dataplane.route.upstream.Balancer;
import dev.weft.dataplane.route.upstream.Cluster;
import dev.weft.testkit.NothingLeft;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Which request goes where. */
@Timeout(30)
@ExtendWith({NothingLeft.class, NoBufferLeaks.class})
class RouteTest {
    private ProxyFixture proxy;

    @BeforeEach
    void start() throws Exception {
        proxy = new ProxyFixture();
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
    }

    private Route to(String prefix, String name) throws Exception {
        return Route.toOne(
                        name,
                        name,
                        ProxyFixture.endpoints("default/" + name, proxy.named(name).address()))
                .withMatch(Match.prefix(prefix));
    }

    private RawClient.Answer ask(String host, String path) throws Exception {
        return proxy.client()
                .send("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
                .answer();
    }

    private String body(String host, String path) throws Exception {
        return ask(host, path).body();
    }

    @Test
    void hostsAreFoundWhateverTheirCaseAndPort() throws Exception {
        proxy.plane.apply(
                new Snapshot(
                        List.of(
                                new VirtualHost(
                                        Set.of("a.default.svc.cluster.local", "a.default"),
                                        List.of(to("/", "a"))),
                                new VirtualHost(Set.of("b.default"), List.of(to("/", "b"))),
                                new VirtualHost(
                                        Set.of(VirtualHost.ANY),
                                        List.of(to("/", "any"), to("/only", "only")))),
                        List.of()));
        assertThat(body("a.default", "/")).isEqualTo("a");
        assertThat(body("A.Default:8080", "/")).isEqualTo("a");
        assertThat(body("a.default.svc.cluster.local.", "/")).isEqualTo("a");
        assertThat(body("b.default", "/only")).isEqualTo("b");
        assertThat(body("c.default", "/only")).isEqualTo("only");
        assertThat(body("[::1]:80", "/")).isEqualTo("any");
        assertThat(
                        proxy.client()
                                .send("GET http://B.default/x HTTP/1.1\r\nHost: b.default\r\n\r\n")
                                .answer()
                                .body())
                .isEqualTo("b");
    }

    @Test
    void theLongestPrefixOfWholeSegmentsWins() throws Exception {
        proxy.apply(to("/a", "a"), to("/a/b", "ab"), to("/", "root"), to("/a/b/c/d", "abcd"));
        assertThat(body("x", "/a")).isEqualTo("a");
        assertThat(body("x", "/a/")).isEqualTo("a");
        assertThat(body("x", "/ab")).isEqualTo("root");
        assertThat(body("x", "/a/b?c=/d")).isEqualTo("ab");
        assertThat(body("x", "/a/bc")).isEqualTo("a");
        assertThat(body("x", "/a/b/c/")).isEqualTo("ab");
        assertThat(body("x", "/a/b/c/d/e/f")).isEqualTo("abcd");
        assertThat(body("x", "/")).isEqualTo("root");
        assertThat(body("x", "/?a")).isEqualTo("root");
    }

    @Test
    void whatIsNotRoutedIsNotFound() throws Exception {
        proxy.apply(to("/a", "a"));
        RawClient.Answer answer = ask("shop.example", "/b?x");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.field("weft-cause")).isEqualTo("no-route");
        assertThat(answer.body())
                .isEqualTo(
                        "Nothing is routed here for the host \"shop.example\" and the path \"/b\""
                                + " (listener edge).\n(weft-cause: no-route)\n");
    }

    @Test
    void aPrefixCanBeStrippedOrReplaced() throws Exception {
        Origin origin = proxy.named("f");
        var backend = ProxyFixture.endpoints("default/f", origin.address());
        proxy.apply(
                Route.toOne("f", "f", backend)
                        .withMatch(Match.prefix("/function/f"))
                        .withPolicy(Policy.usual().withPath(PathRewrite.strip())),
                Route.toOne("g", "g", backend)
                        .withMatch(Match.prefix("/g"))
                        .withPolicy(
                                Policy.usual().withPath(new PathRewrite.ReplacePrefix("/h/i"))));
        for (String path :
                List.of("/function/f", "/function/f/", "/function/f/a?b=c", "/function/f?q")) {
            assertThat(body("x", path)).isEqualTo("f");
        }
        for (String path : List.of("/g", "/g/", "/g/a?b", "/g?q")) {
            assertThat(body("x", path)).isEqualTo("f");
        }
        assertThat(origin.requests())
                .extracting(request -> request.line().split(" ")[1])
                .containsExactly("/", "/", "/a?b=c", "/?q", "/h/i", "/h/i/", "/h/i/a?b", "/h/i?q");
    }

    @Test
    void fieldsOfRequestAndAnswerCanBeChanged() throws Exception {
        Origin origin = proxy.named("a");
        proxy.routeTo(
                ProxyFixture.endpoints("default/a", origin.address()),
                Policy.usual()
                        .withHeaders(
                                new HeaderEdits(
                                        Set.of("x-drop"),
                                        Map.of("x-set", "new"),
                                        List.of(Map.entry("x-add", "1"))))
                        .withAnswerHeaders(HeaderEdits.adding("x-version", "blue")));
        RawClient.Answer answer =
                proxy.client()
                        .send(
                                "GET / HTTP/1.1\r\nHost: a\r\nX-Drop: 1\r\nX-Set: old\r\n"
                                        + "X-Set: older\r\nX-Add: 0\r\nX-Drop: 2\r\n\r\n")
                        .answer();
        assertThat(answer.field("x-version")).isEqualTo("blue");
        Origin.Request request = origin.requests().getFirst();
        assertThat(request.field("x-drop")).isEmpty();
        assertThat(request.field("x-set")).isEqualTo("new");
        assertThat(request.field("x-add")).isEqualTo("0|1");
    }

    @Test
    void redirectsAndRefusesAndAnswersHere() throws Exception {
        proxy.plane.local(
                "face",
                call ->
                        call.answer(
                                201,
                                Headers.of("x-a", "b"),
                                (call.method() + call.path() + "?" + call.query())
                                        .getBytes(StandardCharsets.UTF_8)));
        proxy.apply(
                Route.toOne("r", "r", new Backend.Redirect("r", 308, "https://a/b"))
                        .withMatch(Match.prefix("/r")),
                Route.toOne(
                                "f",
                                "f",
                                new Backend.Fail("f", new Refusal(429, "slow-down", "X y", "No.")))
                        .withMatch(Match.prefix("/f")),
                Route.toOne("l", "l", new Backend.Local("face")).withMatch(Match.prefix("/l")),
                Route.toOne("m", "m", new Backend.Local("missing")).withMatch(Match.prefix("/m")));
        RawClient client = proxy.client();
        RawClient.Answer redirect = client.get("/r").answer();
        assertThat(redirect.status()).isEqualTo(308);
        assertThat(redirect.field("location")).isEqualTo("https://a/b");
        RawClient.Answer refused = client.get("/f").answer();
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.field("weft-cause")).isEqualTo("slow-down");
        assertThat(refused.field("weft-object")).isEqualTo("X y");
        assertThat(refused.body()).isEqualTo("No.\n(weft-cause: slow-down)\n");
        RawClient.Answer local = client.get("/l/a?b").answer();
        assertThat(local.status()).isEqualTo(201);
        assertThat(local.body()).isEqualTo("GET/l/a?b");
        assertThat(client.get("/m").answer().field("weft-cause")).isEqualTo("not-started");
    }

    @Test
    void aRouteForThisMachineOnlyIsThereForItself() throws Exception {
        proxy.apply(
                to("/", "open"),
                to("/system", "closed").withMatch(new Match("/system", Reach.LOOPBACK)));
        assertThat(body("x", "/system/functions")).isEqualTo("closed");
        assertThat(body("x", "/function")).isEqualTo("open");
    }

    @Test
    void requestsAreSplitByWeight() throws Exception {
        Origin blue = proxy.named("blue");
        Origin green = proxy.named("green");
        Origin red = proxy.named("red");
        RawClient client = proxy.client();
        for (long[] weights : new long[][] {{500, 500, 0}, {100, 900, 0}, {1, 1, 2}}) {
            proxy.split(
                    new WeightedBackend(weights[0], ProxyFixture.endpoints("b", blue.address())),
                    new WeightedBackend(weights[1], ProxyFixture.endpoints("g", green.address())),
                    new WeightedBackend(weights[2], ProxyFixture.endpoints("r", red.address())));
            int[] counts = new int[3];
            for (int i = 0; i < 1000; i++) {
                counts[List.of("blue", "green", "red").indexOf(client.get("/").answer().body())]++;
            }
            long sum = weights[0] + weights[1] + weights[2];
            for (int i = 0; i < 3; i++) {
                double expected = 1000.0 * weights[i] / sum;
                assertThat((double) counts[i]).isBetween(expected - 4, expected + 4);
            }
        }
    }

    @Test
    void withoutAnyWeightNobodyIsAsked() throws Exception {
        proxy.split(
                new WeightedBackend(0, ProxyFixture.endpoints("b", proxy.named("blue").address())));
        assertThat(ask("x", "/").field("weft-cause")).isEqualTo("no-weight");
    }

    @Test
    void readyEndpointsTakeTurns() throws Exception {
        Origin[] origins = {proxy.named("0"), proxy.named("1"), proxy.named("2")};
        proxy.routeTo(
                ProxyFixture.endpoints(
                                "default/blue",
                                origins[0].address(),
                                origins[1].address(),
                                origins[2].address())
                        .withTerms(
                                Cluster.usual()
                                        .withBalancer(
                                                Balancer.of(new Balancer.Choosing.RoundRobin()))));
        RawClient client = proxy.client();
        for (int i = 0; i < 30; i++) {
            client.get("/").answer();
        }
        for (Origin origin : origins) {
            assertThat(origin.requests()).hasSize(10);
        }
    }

    @Test
    void aNewSnapshotKeepsTheConnections() throws Exception {
        Origin blue = proxy.named("blue");
        RawClient client = proxy.client();
        for (int i = 0; i < 10; i++) {
            proxy.split(
                    new WeightedBackend(
                            1 + i, ProxyFixture.endpoints("default/blue", blue.address())));
            assertThat(client.get("/").answer().body()).isEqualTo("blue");
        }
        assertThat(blue.accepted()).isEqualTo(1);
    }

    @Test
    void anEndpointThatIsGoneFromTheSnapshotIsLetGo() throws Exception {
        Origin blue = proxy.named("blue");
        Origin green = proxy.named("green");
        proxy.routeTo(blue);
        RawClient client = proxy.client();
        assertThat(client.get("/").answer().body()).isEqualTo("blue");
        proxy.routeTo(green);
        assertThat(client.get("/").answer().body()).isEqualTo("green");
        dev.weft.testkit.Eventually.eventually("blue is let go", () -> blue.open() == 0);
        assertThat(proxy.plane.figures().upstreamConnections()).isEqualTo(1);
    }

    @Test
    void clusterAddressesAreServedAndFreedAgain() throws Exception {
        int port;
        try (var free = new ServerSocket(0, 1, InetAddress.getByName("127.96.0.7"))) {
            port = free.getLocalPort();
        }
        var address = new Address("127.96.0.7", port);
        Listener listener = new Listener.Http("default/a:http", address, List.of(to("/", "a")));
        var snapshot = new Snapshot(List.of(), List.of(listener));
        assertThat(proxy.plane.apply(snapshot)).allMatch(ListenerState::listens);
        try (RawClient client = RawClient.to(address.socket())) {
            assertThat(client.get("/x").answer().body()).isEqualTo("a");
            Listener other = new Listener.Http("default/a:http", address, List.of(to("/", "b")));
            proxy.plane.apply(new Snapshot(List.of(), List.of(other)));
            assertThat(client.get("/x").answer().body()).isEqualTo("b");
            proxy.plane.apply(Snapshot.empty());
            assertThat(client.closes()).isTrue();
        }
        try (var taken = new ServerSocket(port, 1, InetAddress.getByName("127.96.0.7"))) {
            ListenerState state = proxy.plane.apply(snapshot).getFirst();
            assertThat(state.listens()).isFalse();
            assertThat(state.failure())
                    .contains("cannot listen on")
                    .contains("" + taken.getLocalPort());
        }
        assertThat(proxy.plane.apply(snapshot)).allMatch(ListenerState::listens);
    }

    @Test
    void aRequestAtWorkEndsAfterItsListenerHasGone() throws Exception {
        var go = new java.util.concurrent.CountDownLatch(1);
        Origin slow =
                proxy.origin(
                        talk -> {
                            talk.request();
                            try {
                                go.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                            talk.answer("late");
                        });
        int port;
        try (var free = new ServerSocket(0, 1, InetAddress.getByName("127.96.0.8"))) {
            port = free.getLocalPort();
        }
        var address = new Address("127.96.0.8", port);
        var route = Route.toOne("a", "a", ProxyFixture.endpoints("a", slow.address()));
        proxy.plane.apply(
                new Snapshot(List.of(), List.of(new Listener.Http("a", address, List.of(route)))));
        try (RawClient client = RawClient.to(address.socket())) {
            client.get("/");
            dev.weft.testkit.Eventually.eventually("it arrived", () -> slow.accepted() == 1);
            proxy.plane.apply(Snapshot.empty());
            go.countDown();
            RawClient.Answer answer = client.answer();
            assertThat(answer.body()).isEqualTo("late");
            assertThat(client.closes()).isTrue();
        }
    }
}
