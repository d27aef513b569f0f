package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.http.RawClient;
import dev.weft.dataplane.outward.Lookup;
import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.Listener;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.entrance.Outward;
import dev.weft.dataplane.route.entrance.Outward.Allowed;
import dev.weft.testkit.Eventually;
import dev.weft.testkit.NothingLeft;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The outbound proxy: what it reaches, what it refuses, and how tunnels end. */
@Timeout(60)
@ExtendWith({NothingLeft.class, NoBufferLeaks.class})
class OutwardTest {
    private final Map<String, String> names = new ConcurrentHashMap<>();
    private final AtomicInteger looks = new AtomicInteger();
    private ProxyFixture proxy;
    private InetSocketAddress at;

    @BeforeEach
    void start() throws Exception {
        proxy = new ProxyFixture(2, dev.weft.dataplane.http.ServerLimits.usual());
        at = proxy.outward(this::find);
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
    }

    private List<InetAddress> find(String host) throws UnknownHostException {
        looks.incrementAndGet();
        String ips = names.get(host);
        if (ips == null) {
            throw new UnknownHostException(host);
        }
        var all = new ArrayList<InetAddress>();
        for (String ip : ips.split(",")) {
            all.add(InetAddress.ofLiteral(ip));
        }
        return all;
    }

    private RawClient client() throws Exception {
        return proxy.closing(RawClient.to(at));
    }

    private void list(Allowed... lines) {
        proxy.plane.apply(
                new dev.weft.dataplane.route.Snapshot(
                        List.of(), List.of(), Map.of(), new Outward(List.of(lines))));
    }

    private static Allowed allowed(String host, int port) {
        return new Allowed("OutboundPolicy shop/out", host, Set.of(port));
    }

    /** A server outside, known by a name, whose address is listed too. */
    private Origin outside(String name, Origin.Script script) throws Exception {
        Origin origin = proxy.origin(script);
        names.put(name, "127.0.0.1");
        int port = origin.address().port();
        list(allowed(name, port), allowed("127.0.0.0/8", port));
        return origin;
    }

    private static void answers(Origin.Talk talk) throws java.io.IOException {
        while (talk.request() != null) {
            talk.answer("outside");
        }
    }

    private RawClient.Answer get(String url) throws Exception {
        String host = url.substring("http://".length()).split("/", 2)[0];
        return client().send("GET " + url + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n").answer();
    }

    @Test
    void whatNoPolicyListsIsRefusedWithTheLineThatWouldListIt() throws Exception {
        RawClient.Answer answer = get("http://api.example/x");
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.field("weft-cause")).isEqualTo("outbound-not-listed");
        assertThat(answer.body())
                .contains("api.example:80")
                .contains("{hosts: [\"api.example\"], ports: [80]}");
        RawClient client = client();
        client.send("CONNECT api.example:443 HTTP/1.1\r\nHost: api.example:443\r\n\r\n");
        RawClient.Answer tunnel = client.answer();
        assertThat(tunnel.status()).isEqualTo(403);
        assertThat(tunnel.field("weft-cause")).isEqualTo("outbound-not-listed");
        assertThat(tunnel.body()).contains("api.example:443");
        assertThat(client.closes()).isTrue();
        assertThat(looks).as("names that were looked up").hasValue(0);
        assertThat(proxy.plane.figures().refusals()).containsEntry("outbound-not-listed", 2L);
    }

    @Test
    void aListedHostIsAskedAndIsNotToldWhoCalledInside() throws Exception {
        Origin origin = outside("api.example", OutwardTest::answers);
        int port = origin.address().port();
        RawClient client = client();
        for (int i = 0; i < 3; i++) {
            client.send(
                    "GET http://api.example:%d/a?b=c HTTP/1.1\r\nHost: api.example:%d\r\nProxy-Authorization: Basic eA==\r\nProxy-Connection: keep-alive\r\nX-Forwarded-For: 10.9.9.9\r\nConnection: x-hop\r\nX-Hop: 1\r\n\r\n"
                            .formatted(port, port));
            RawClient.Answer answer = client.answer();
            assertThat(answer.body()).isEqualTo("outside");
            assertThat(answer.field("via")).isEqualTo("1.1 weft");
        }
        Origin.Request seen = origin.requests().getFirst();
        assertThat(seen.line()).isEqualTo("GET /a?b=c HTTP/1.1");
        assertThat(seen.field("host")).isEqualTo("api.example:" + port);
        assertThat(seen.field("via")).isEqualTo("1.1 weft");
        for (String gone :
                List.of(
                        "proxy-authorization",
                        "proxy-connection",
                        "x-hop",
                        "x-forwarded-for",
                        "x-forwarded-host",
                        "x-forwarded-proto")) {
            assertThat(seen.field(gone)).as(gone).isEmpty();
        }
        assertThat(origin.accepted()).as("connections to it").isEqualTo(1);
        assertThat(looks).as("looks at the name").hasValue(1);
        assertThat(
                        proxy.plane.figures().series().stream()
                                .filter(
                                        it ->
                                                it.name()
                                                        .service()
                                                        .equals("outside/api.example:" + port))
                                .mapToLong(it -> it.byClass().get(1))
                                .sum())
                .isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET http://a.example:80/ HTTP/1.1\r\nHost: a.example\r\n\r\n",
                "GET http://a.example/ HTTP/1.1\r\nHost: A.example:80\r\n\r\n"
            })
    void aHostWithItsUsualPortIsTheSameHost(String request) throws Exception {
        RawClient.Answer answer = client().send(request).answer();
        assertThat(answer.field("weft-cause")).isEqualTo("outbound-not-listed");
        assertThat(answer.body()).contains("a.example:80");
    }

    @Test
    void aPortThatIsNotListedIsRefused() throws Exception {
        outside("api.example", OutwardTest::answers);
        assertThat(get("http://api.example:1/").field("weft-cause"))
                .isEqualTo("outbound-not-listed");
    }

    @Test
    void aWildcardTakesNamesBelowItAndNotItself() throws Exception {
        Origin origin = outside("*.example", OutwardTest::answers);
        int port = origin.address().port();
        names.put("a.example", "127.0.0.1");
        names.put("b.a.example", "127.0.0.1");
        names.put("example", "127.0.0.1");
        assertThat(get("http://a.example:" + port + "/").body()).isEqualTo("outside");
        assertThat(get("http://b.A.EXAMPLE.:" + port + "/").body()).isEqualTo("outside");
        assertThat(get("http://example:" + port + "/").status()).isEqualTo(403);
        assertThat(get("http://anexample:" + port + "/").status()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1", "10.0.0.7", "169.254.169.254", "192.168.1.1", "172.20.0.1",
                        "100.64.3.2",
                "0.0.0.0", "::1", "fe80::1", "fd00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1",
                "2002:7f00:1::", "2001:0:7f00:1::", "224.0.0.1", "255.255.255.255"
            })
    void aNameThatLeadsInsideIsRefusedUnlessTheAddressIsListed(String ip) throws Exception {
        names.put("evil.example", ip);
        list(allowed("evil.example", 80));
        RawClient.Answer answer = get("http://evil.example/");
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.field("weft-cause")).isEqualTo("outbound-address");
        assertThat(answer.field("weft-object")).isEqualTo("OutboundPolicy shop/out");
        assertThat(answer.body()).contains("list the address itself");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "[::1]", "169.254.169.254", "2130706433", "0x7f000001"})
    void anAddressIsReachedOnlyWhereItIsListedItself(String host) throws Exception {
        list(allowed("api.example", 80), allowed("*.example", 80));
        assertThat(get("http://" + host + "/latest/meta-data").field("weft-cause"))
                .isEqualTo("outbound-not-listed");
    }

    @Test
    void aServicesOwnAddressIsReachedUnlisted() throws Exception {
        Origin web = proxy.named("web");
        Address own = ProxyFixture.free();
        Route route =
                Route.toOne(
                        "web", "default/web", ProxyFixture.endpoints("default/web", web.address()));
        proxy.listen(new Listener.Http("web", own, List.of(route)));
        assertThat(get("http://" + own + "/").body()).isEqualTo("web");
        RawClient client = client();
        client.send("CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n".formatted(own, own));
        assertThat(client.head()).containsExactly("HTTP/1.1 200 Connection established");
        assertThat(client.get("/").answer().body()).isEqualTo("web");
        assertThat(get("http://" + own.ip() + ":1/").status()).isEqualTo(403);
    }

    @Test
    void aListedAddressIsReached() throws Exception {
        Origin origin = proxy.origin(OutwardTest::answers);
        int port = origin.address().port();
        list(allowed("127.0.0.1", port));
        assertThat(get("http://127.0.0.1:" + port + "/").body()).isEqualTo("outside");
        assertThat(get("http://127.0.0.2:" + port + "/").status()).isEqualTo(403);
        assertThat(looks).hasValue(0);
    }

    /** The first look shows a good address, the next a bad one: only what was checked is used. */
    @Test
    void aNameThatChangesBetweenLooksReachesNothingElse() throws Exception {
        Origin good = proxy.origin(OutwardTest::answers);
        int port = good.address().port();
        list(allowed("turning.example", port), allowed("127.0.0.1", port));
        names.put("turning.example", "127.0.0.1,10.0.0.7");
        for (int i = 0; i < 5; i++) {
            assertThat(get("http://turning.example:" + port + "/").body()).isEqualTo("outside");
            names.put("turning.example", "10.0.0.7");
        }
        assertThat(good.requests()).hasSize(5);
    }

    @Test
    void aNameThatIsNotKnownIsToldSo() throws Exception {
        list(allowed("gone.example", 80));
        RawClient.Answer answer = get("http://gone.example/");
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.field("weft-cause")).isEqualTo("outbound-name");
    }

    @Test
    void aSlowLookDelaysNobodyElse() throws Exception {
        var late = new CountDownLatch(1);
        Origin origin = proxy.origin(OutwardTest::answers);
        int port = origin.address().port();
        var slow = new ProxyFixture(1, dev.weft.dataplane.http.ServerLimits.usual());
        try {
            Lookup lookup =
                    host -> {
                        if (host.startsWith("slow")) {
                            try {
                                late.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        }
                        return List.of(InetAddress.getLoopbackAddress());
                    };
            InetSocketAddress there = slow.outward(lookup);
            slow.routeAndList(
                    "in.example",
                    ProxyFixture.endpoints("default/in", origin.address()),
                    new Outward(List.of(allowed("*.example", port), allowed("127.0.0.1", port))));
            RawClient waiting = slow.closing(RawClient.to(there));
            waiting.send("GET http://slow.example:%d/ HTTP/1.1\r\n".formatted(port))
                    .send("Host: slow.example:%d\r\n\r\n".formatted(port));
            for (String host : List.of("in.example", "quick.example:" + port)) {
                RawClient other = slow.closing(RawClient.to(there));
                other.send("GET http://%s/ HTTP/1.1\r\nHost: %s\r\n\r\n".formatted(host, host));
                assertThat(other.answer().body()).isEqualTo("outside");
            }
            late.countDown();
            assertThat(waiting.answer().body()).isEqualTo("outside");
        } finally {
            late.countDown();
            slow.close();
        }
    }

    @Test
    void aHostThatIsRoutedIsRoutedAsAnywhere() throws Exception {
        Origin web = proxy.named("web");
        proxy.routeAndList(
                "web.default",
                ProxyFixture.endpoints("default/web", web.address()),
                Outward.nowhere());
        assertThat(get("http://web.default/x").body()).isEqualTo("web");
        assertThat(web.requests().getFirst().field("x-forwarded-for")).isEqualTo("127.0.0.1");
        RawClient client = client();
        client.send("GET /x HTTP/1.1\r\nHost: web.default\r\n\r\n");
        assertThat(client.answer().body()).as("by the Host alone").isEqualTo("web");
        assertThat(get("http://other.default.svc.cluster.local/").field("weft-cause"))
                .isEqualTo("no-route");
        assertThat(looks).hasValue(0);
    }

    @Test
    void aTunnelToARoutedHostGoesToItsEndpointsAndRoundADeadOne() throws Exception {
        Origin echo = echo();
        proxy.routeAndList(
                "db.default",
                ProxyFixture.endpoints("default/db", ProxyFixture.nobody(), echo.address()),
                Outward.nowhere());
        for (int i = 0; i < 4; i++) {
            RawClient client = client();
            client.send("CONNECT db.default:5432 HTTP/1.1\r\nHost: db.default\r\n\r\nearly\r\n");
            assertThat(client.head()).containsExactly("HTTP/1.1 200 Connection established");
            assertThat(client.line()).isEqualTo("early");
            client.send("late\r\n");
            assertThat(client.line()).isEqualTo("late");
            client.socket().shutdownOutput();
            assertThat(client.line()).isEqualTo("bye");
            assertThat(client.closes()).isTrue();
        }
        Eventually.eventually(
                "the tunnels are counted",
                () ->
                        proxy.plane.figures().series().stream()
                                        .filter(it -> it.name().backend().equals("default/db"))
                                        .mapToLong(it -> it.carried().bytesIn())
                                        .sum()
                                == 4 * 13);
    }

    private Origin echo() throws Exception {
        return proxy.origin(
                talk -> {
                    String line;
                    while ((line = talk.line()) != null) {
                        talk.send(line + "\r\n");
                    }
                    talk.send("bye\r\n");
                });
    }

    @Test
    void anEndpointMayEndFirstAndGoOnListening() throws Exception {
        var heard = new CountDownLatch(1);
        Origin origin =
                outside(
                        "up.example",
                        talk -> {
                            talk.send("done\r\n");
                            talk.socket().shutdownOutput();
                            if ("after".equals(talk.line())) {
                                heard.countDown();
                            }
                        });
        RawClient client = client();
        client.send(
                "CONNECT up.example:%d HTTP/1.1\r\nHost: up.example:%d\r\n\r\n"
                        .formatted(origin.address().port(), origin.address().port()));
        assertThat(client.head()).containsExactly("HTTP/1.1 200 Connection established");
        assertThat(client.line()).isEqualTo("done");
        assertThat(client.closes()).as("the end of what it says").isTrue();
        client.send("after\r\n");
        assertThat(heard.await(20, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aCallerThatBreaksOffTakesTheEndpointAlong() throws Exception {
        Origin origin =
                outside(
                        "up.example",
                        talk -> {
                            talk.line();
                        });
        RawClient client = client();
        client.send(
                "CONNECT up.example:%d HTTP/1.1\r\nHost: up.example:%d\r\n\r\n"
                        .formatted(origin.address().port(), origin.address().port()));
        client.head();
        Eventually.eventually("the tunnel stands", () -> origin.open() == 1);
        client.reset();
        Eventually.eventually("the endpoint is left", () -> origin.open() == 0);
    }

    @Test
    void muchPassesThroughATunnelBothWays() throws Exception {
        int size = 3_000_000;
        Origin origin =
                outside(
                        "up.example",
                        talk -> {
                            talk.send(talk.exactly(size));
                            talk.close();
                        });
        byte[] bytes =
                "0123456789".repeat(size / 10).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        RawClient client = client();
        client.send(
                "CONNECT up.example:%d HTTP/1.1\r\nHost: up.example:%d\r\n\r\n"
                        .formatted(origin.address().port(), origin.address().port()));
        client.head();
        client.send(bytes);
        assertThat(client.exactly(size)).isEqualTo(bytes);
        assertThat(client.closes()).isTrue();
    }

    @Test
    void aTunnelFollowsARequestOnTheSameConnection() throws Exception {
        Origin origin = outside("up.example", OutwardTest::answers);
        int port = origin.address().port();
        RawClient client = client();
        client.send(
                "GET http://none.example/ HTTP/1.1\r\nHost: none.example\r\n\r\nCONNECT up.example:%d HTTP/1.1\r\nHost: up.example:%d\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"
                        .formatted(port, port));
        assertThat(client.answer().status()).isEqualTo(403);
        assertThat(client.head()).containsExactly("HTTP/1.1 200 Connection established");
        assertThat(client.answer().body()).isEqualTo("outside");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CONNECT a HTTP/1.1\r\nHost: a\r\n\r\n",
                "CONNECT a:0 HTTP/1.1\r\nHost: a\r\n\r\n",
                "CONNECT a:99999 HTTP/1.1\r\nHost: a\r\n\r\n",
                "CONNECT a:443/x HTTP/1.1\r\nHost: a\r\n\r\n",
                "CONNECT a:443?x HTTP/1.1\r\nHost: a\r\n\r\n",
                "CONNECT http://a:443 HTTP/1.1\r\nHost: a\r\n\r\n",
                "CONNECT a:443 HTTP/1.1\r\nHost: b:443\r\n\r\n",
                "CONNECT a:443 HTTP/1.1\r\n\r\n",
                "CONNECT a:443 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
                "CONNECT a:443 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "GET http://a:443/ HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET http://a/ HTTP/1.1\r\nHost: b\r\n\r\n",
                "GET https://a/ HTTP/1.1\r\nHost: a\r\n\r\n"
            })
    void whatIsNotWellFormedIsRefused(String bytes) throws Exception {
        RawClient client = client();
        client.send(bytes);
        RawClient.Answer answer = client.answer();
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.field("weft-cause")).isEqualTo("malformed-request");
    }

    @Test
    void aRequestThatComesBackToTheProxyIsStopped() throws Exception {
        int port = at.getPort();
        names.put("self.example", "127.0.0.1");
        list(allowed("self.example", port), allowed("127.0.0.1", port));
        assertThat(get("http://self.example:" + port + "/").status()).isEqualTo(508);
    }

    @Test
    void whatIsTakenFromTheListIsReachedNoMore() throws Exception {
        Origin origin = outside("api.example", OutwardTest::answers);
        int port = origin.address().port();
        RawClient client = client();
        String request =
                "GET http://api.example:%d/ HTTP/1.1\r\nHost: api.example:%d\r\n\r\n"
                        .formatted(port, port);
        assertThat(client.send(request).answer().status()).isEqualTo(200);
        list();
        assertThat(client.send(request).answer().status()).isEqualTo(403);
        Eventually.eventually("it is left", () -> origin.open() == 0);
    }

    @Test
    void theEdgeServesNoTunnel() throws Exception {
        proxy.routeTo(new Backend.Local("none"));
        RawClient client = proxy.client();
        client.send("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n");
        assertThat(client.answer().status()).isEqualTo(501);
    }
}
