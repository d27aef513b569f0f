package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.http.RawClient;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.Changes;
import dev.weft.dataplane.route.Guard;
import dev.weft.dataplane.route.Guard.Abort;
import dev.weft.dataplane.route.Guard.Cors;
import dev.weft.dataplane.route.Guard.Fault;
import dev.weft.dataplane.route.Guard.Key;
import dev.weft.dataplane.route.Guard.RateLimit;
import dev.weft.dataplane.route.HeaderEdits;
import dev.weft.dataplane.route.Match;
import dev.weft.dataplane.route.PathRewrite;
import dev.weft.dataplane.route.Policy;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.Share;
import dev.weft.dataplane.route.WeightedBackend;
import dev.weft.testkit.Eventually;
import dev.weft.testkit.NothingLeft;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a route's policy does to requests and answers. */
@Timeout(30)
@ExtendWith({NothingLeft.class, NoBufferLeaks.class})
class FilterTest {
    private ProxyFixture proxy;

    @BeforeEach
    void start() throws Exception {
        proxy = new ProxyFixture();
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
    }

    private RawClient.Answer ask(String line, String... fields) throws Exception {
        var head = new StringBuilder(line + " HTTP/1.1\r\nHost: shop.example:81\r\n");
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        return proxy.client().send(head.append("\r\n").toString()).answer();
    }

    private static Policy guarded(Guard guard) {
        return Policy.usual().withGuard(guard);
    }

    private static Policy changing(Changes changes) {
        return Policy.usual().withChanges(changes);
    }

    @Test
    void withoutPolicyNoFilterIsThere() throws Exception {
        proxy.routeTo(proxy.named("a"));
        assertThat(proxy.plane.stack("*").orElseThrow())
                .contains("telemetry", "caller-fields", "retry")
                .doesNotContain("mirror:", "cors:", "limit:", "fault:", "host:", "edits:", "fresh");
    }

    @Test
    void hostAndWholePathAreRewritten() throws Exception {
        Origin origin = proxy.named("a");
        proxy.routeTo(
                ProxyFixture.endpoints("a", origin.address()),
                changing(
                        Changes.none()
                                .withHost("inner.example:9")
                                .withPath(new PathRewrite.Replace("/whole"))));
        assertThat(ask("GET /a/b?q=1").status()).isEqualTo(200);
        Origin.Request request = origin.requests().getFirst();
        assertThat(request.line()).isEqualTo("GET /whole?q=1 HTTP/1.1");
        assertThat(request.field("host")).isEqualTo("inner.example:9");
        assertThat(request.field("x-forwarded-host")).isEqualTo("shop.example:81");
    }

    @Test
    void whatOneBackendChangesAnotherDoesNotSee() throws Exception {
        Origin origin = proxy.named("green");
        var dead = ProxyFixture.endpoints("blue", ProxyFixture.nobody());
        var live = ProxyFixture.endpoints("green", origin.address());
        Changes blue =
                Changes.none()
                        .withRequest(HeaderEdits.adding("x-backend", "blue"))
                        .withHost("blue.example")
                        .withPath(new PathRewrite.ReplacePrefix("/blue"));
        Changes green =
                Changes.none()
                        .withRequest(HeaderEdits.adding("x-backend", "green"))
                        .withAnswer(HeaderEdits.adding("x-from", "green"));
        proxy.split(new WeightedBackend(9, dead, blue), new WeightedBackend(1, live, green));
        for (int i = 0; i < 12; i++) {
            RawClient.Answer answer = ask("GET /p");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.fields("x-from")).hasSize(1);
        }
        for (Origin.Request request : origin.requests()) {
            assertThat(request.line()).isEqualTo("GET /p HTTP/1.1");
            assertThat(request.field("x-backend")).isEqualTo("green");
            assertThat(request.field("host")).isEqualTo("shop.example:81");
        }
    }

    @Test
    void aRedirectChangesOnlyWhatItNames() throws Exception {
        proxy.apply(
                redirect("/a", new Backend.Place.Changed("https", "", 0, new PathRewrite.Keep())),
                redirect(
                        "/b",
                        new Backend.Place.Changed(
                                "", "other.example", 8443, new PathRewrite.ReplacePrefix("/c"))),
                redirect("/d", new Backend.Place.Changed("", "", 0, new PathRewrite.Replace("/"))));
        assertThat(ask("GET /a/x?q=1").field("location")).isEqualTo("https://shop.example/a/x?q=1");
        assertThat(ask("GET /b/x").field("location")).isEqualTo("http://other.example:8443/c/x");
        assertThat(ask("GET /b").field("location")).isEqualTo("http://other.example:8443/c");
        assertThat(ask("GET /d/x").field("location")).isEqualTo("http://shop.example:81/");
    }

    private static Route redirect(String prefix, Backend.Place place) {
        return Route.toOne(prefix, prefix, new Backend.Redirect(prefix, 307, place))
                .withMatch(Match.prefix(prefix));
    }

    private static Changes mirrored(Origin to, Share share) {
        return Changes.none()
                .withRequest(HeaderEdits.adding("x-edited", "yes"))
                .withMirrors(
                        List.of(
                                new Changes.Mirror(
                                        ProxyFixture.endpoints("shadow", to.address()), share)));
    }

    @Test
    void aMirrorGetsWhatTheBackendGetsAndDelaysNobody() throws Exception {
        Origin origin = proxy.named("a");
        var never = new CountDownLatch(1);
        Origin shadow =
                proxy.origin(
                        talk -> {
                            talk.request();
                            try {
                                never.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                            talk.close();
                        });
        proxy.routeTo(
                ProxyFixture.endpoints("a", origin.address()),
                changing(mirrored(shadow, Share.all())));
        try {
            assertThat(ask("GET /get?q=1").body()).isEqualTo("a");
            RawClient client = proxy.client();
            client.send(
                    "POST /post HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"
                            + "POST /chunked HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n"
                            + "\r\n3\r\nabc\r\n0\r\n\r\n");
            assertThat(client.answer().body()).isEqualTo("a");
            assertThat(client.answer().body()).isEqualTo("a");
            Eventually.eventually("three copies came", () -> shadow.requests().size() == 3);
        } finally {
            never.countDown();
        }
        assertThat(shadow.requests())
                .extracting(it -> it.line() + " " + it.body() + " " + it.field("x-edited"))
                .containsExactlyInAnyOrder(
                        "GET /get?q=1 HTTP/1.1  yes",
                        "POST /post HTTP/1.1 hello yes",
                        "POST /chunked HTTP/1.1 abc yes");
    }

    @Test
    void aMirrorGetsItsShareAndNoLongBodies() throws Exception {
        Origin origin = proxy.named("a");
        Origin shadow = proxy.named("s");
        var backend = ProxyFixture.endpoints("a", origin.address());
        proxy.routeTo(backend, changing(mirrored(shadow, Share.percent(50))));
        RawClient client = proxy.client();
        for (int i = 0; i < 200; i++) {
            assertThat(client.get("/" + i).answer().body()).isEqualTo("a");
        }
        Eventually.eventually("copies came", () -> shadow.requests().size() > 50);
        assertThat(shadow.requests().size()).isBetween(50, 150);
        proxy.routeTo(backend, changing(mirrored(shadow, Share.all())));
        client.send(
                "POST /long HTTP/1.1\r\nHost: h\r\nContent-Length: 300000\r\n\r\n"
                        + "x".repeat(300_000));
        assertThat(client.answer().body()).isEqualTo("a");
        assertThat(client.get("/last").answer().body()).isEqualTo("a");
        Eventually.eventually(
                "the last copy came",
                () -> shadow.requests().stream().anyMatch(it -> it.line().contains("/last")));
        assertThat(shadow.requests()).noneMatch(it -> it.line().contains("/long"));
    }

    @Test
    void faultsAreInjected() throws Exception {
        Origin origin = proxy.named("a");
        var backend = ProxyFixture.endpoints("a", origin.address());
        var abort = new Abort(503, 14, Share.percent(50));
        proxy.routeTo(
                backend,
                guarded(Guard.none().withFault(new Fault(Duration.ZERO, Share.none(), abort))));
        int failed = 0;
        for (int i = 0; i < 100; i++) {
            RawClient.Answer answer = ask("GET /");
            if (answer.status() == 503) {
                assertThat(answer.field("weft-cause")).isEqualTo("fault-injected");
                failed++;
            }
        }
        assertThat(failed).isBetween(20, 80);
        assertThat(proxy.plane.figures().refusals()).containsEntry("fault-injected", (long) failed);
        proxy.routeTo(
                backend,
                guarded(
                        Guard.none()
                                .withFault(new Fault(Duration.ofMillis(200), Share.all(), null))));
        RawClient gone = proxy.client().get("/gone");
        gone.reset();
        long before = System.nanoTime();
        assertThat(ask("GET /late").body()).isEqualTo("a");
        assertThat(System.nanoTime() - before).isGreaterThan(200_000_000L);
        assertThat(origin.requests()).noneMatch(it -> it.line().contains("/gone"));
    }

    @Test
    void pagesOfOtherOriginsMayCallAsFarAsItIsAllowed() throws Exception {
        var cors =
                new Cors(
                        Set.of("https://app.example", "https://*.shop.example"),
                        Set.of("GET", "PUT"),
                        Set.of("*"),
                        Set.of("x-total"),
                        Duration.ofMinutes(10),
                        true);
        Origin origin =
                proxy.origin(
                        talk -> {
                            while (talk.request() != null) {
                                talk.send(
                                        "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\n"
                                                + "Content-Length: 0\r\n\r\n");
                            }
                        });
        proxy.routeTo(
                ProxyFixture.endpoints("a", origin.address()),
                guarded(
                        Guard.none()
                                .withCors(cors)
                                .withLimits(List.of(limit(2, new Key.Whole())))));
        RawClient.Answer preflight =
                ask(
                        "OPTIONS /x",
                        "Origin: https://app.example",
                        "Access-Control-Request-Method: PUT",
                        "Access-Control-Request-Headers: x-one, x-two");
        assertThat(preflight.status()).isEqualTo(204);
        assertThat(preflight.field("access-control-allow-origin")).isEqualTo("https://app.example");
        assertThat(preflight.field("access-control-allow-methods")).isEqualTo("GET, PUT");
        assertThat(preflight.field("access-control-allow-headers")).isEqualTo("x-one, x-two");
        assertThat(preflight.field("access-control-max-age")).isEqualTo("600");
        assertThat(preflight.field("access-control-allow-credentials")).isEqualTo("true");
        assertThat(
                        ask(
                                        "OPTIONS /x",
                                        "Origin: https://evil.example",
                                        "Access-Control-Request-Method: PUT")
                                .fields("access-control-allow-origin"))
                .isEmpty();
        assertThat(origin.requests()).isEmpty();
        RawClient.Answer real = ask("GET /x", "Origin: https://a.b.shop.example");
        assertThat(real.fields("access-control-allow-origin"))
                .containsExactly("https://a.b.shop.example");
        assertThat(real.field("access-control-expose-headers")).isEqualTo("x-total");
        assertThat(real.field("vary")).isEqualTo("Origin");
        assertThat(ask("GET /x").fields("access-control-allow-origin")).isEmpty();
        RawClient.Answer refused = ask("GET /x", "Origin: https://app.example");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.field("access-control-allow-origin")).isEqualTo("https://app.example");
    }

    private static RateLimit limit(int burst, Key key) {
        return new RateLimit("TrafficPolicy default/a", 1, Duration.ofHours(1), burst, key);
    }

    @Test
    void whatComesTooOftenIsRefusedAndToldWhenToComeAgain() throws Exception {
        Origin origin = proxy.named("a");
        var backend = ProxyFixture.endpoints("a", origin.address());
        Policy policy =
                guarded(
                        Guard.none()
                                .withLimits(
                                        List.of(
                                                limit(5, new Key.CallerAddress()),
                                                limit(2, new Key.Header("x-user")))));
        proxy.routeTo(backend, policy);
        assertThat(ask("GET /", "X-User: a").status()).isEqualTo(200);
        assertThat(ask("GET /", "X-User: a").status()).isEqualTo(200);
        RawClient.Answer refused = ask("GET /", "X-User: a");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.field("weft-cause")).isEqualTo("rate-limited");
        assertThat(refused.field("weft-object")).isEqualTo("TrafficPolicy default/a");
        assertThat(Integer.parseInt(refused.field("retry-after"))).isBetween(3500, 3600);
        // a new snapshot with the same limit goes on where it was
        proxy.routeTo(backend, policy.withPath(new PathRewrite.Replace("/other")));
        assertThat(ask("GET /", "X-User: a").status()).isEqualTo(429);
        assertThat(ask("GET /", "X-User: b").status()).isEqualTo(200);
        assertThat(ask("GET /", "X-User: c").status()).isEqualTo(429);
    }

    @Test
    void aBodyThatIsTooLongIsRefusedWhateverItSaysOfItself() throws Exception {
        Origin origin = proxy.named("a");
        proxy.routeTo(
                ProxyFixture.endpoints("a", origin.address()),
                guarded(Guard.none().withBodyBytesMax(10)));
        RawClient.Answer stated =
                proxy.client()
                        .send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\nhello world")
                        .answer();
        assertThat(stated.status()).isEqualTo(413);
        assertThat(stated.field("weft-cause")).isEqualTo("body-too-large");
        RawClient.Answer seen =
                proxy.client()
                        .send(
                                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                                        + "6\r\nhello \r\n5\r\nworld\r\n0\r\n\r\n")
                        .answer();
        assertThat(seen.status()).isEqualTo(413);
        assertThat(origin.requests()).isEmpty();
        assertThat(
                        proxy.client()
                                .send(
                                        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n"
                                                + "0123456789")
                                .answer()
                                .status())
                .isEqualTo(200);
    }
}
