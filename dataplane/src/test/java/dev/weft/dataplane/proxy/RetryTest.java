package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.http.RawClient;
import dev.weft.dataplane.route.Policy;
import dev.weft.dataplane.route.Retry;
import dev.weft.dataplane.route.Timeouts;
import dev.weft.dataplane.route.WeightedBackend;
import dev.weft.testkit.NothingLeft;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is sent once more, what is not, and what the caller is told. */
@Timeout(30)
@ExtendWith({NothingLeft.class, NoBufferLeaks.class})
class RetryTest {
    private ProxyFixture proxy;

    @BeforeEach
    void start() throws Exception {
        proxy = new ProxyFixture();
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
    }

    private Origin resetting() throws Exception {
        return proxy.origin(
                talk -> {
                    talk.request();
                    talk.reset();
                });
    }

    private long retries() {
        return proxy.plane.figures().series().stream().mapToLong(s -> s.retries()).sum();
    }

    @Test
    void anEndpointThatRefusesIsMadeUpForByAnother() throws Exception {
        Origin blue = proxy.named("blue");
        proxy.routeTo(
                ProxyFixture.endpoints("default/blue", ProxyFixture.nobody(), blue.address()));
        RawClient client = proxy.client();
        for (int i = 0; i < 20; i++) {
            assertThat(client.get("/").answer().body()).isEqualTo("blue");
        }
        // passed over once it has refused, so it is not asked again and again
        assertThat(retries()).isEqualTo(1);
    }

    @Test
    void aPostThatWasNeverSentIsSentToAnother() throws Exception {
        Origin blue = proxy.named("blue");
        proxy.routeTo(
                ProxyFixture.endpoints("default/blue", ProxyFixture.nobody(), blue.address()));
        RawClient client = proxy.client();
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
        assertThat(client.answer().body()).isEqualTo("blue");
        assertThat(blue.requests().getFirst().body()).isEqualTo("hello");
    }

    @Test
    void anIdempotentRequestIsSentAgainAfterAReset() throws Exception {
        Origin bad = resetting();
        Origin good = proxy.named("good");
        proxy.routeTo(bad, good);
        RawClient client = proxy.client();
        for (int i = 0; i < 10; i++) {
            assertThat(client.get("/").answer().body()).isEqualTo("good");
        }
    }

    @Test
    void anIdempotentRequestIsSentAgainWithItsBody() throws Exception {
        proxy.routeTo(
                ProxyFixture.endpoints(
                        "default/blue",
                        resetting().address(),
                        resetting().address(),
                        proxy.named("good").address()),
                Policy.usual().withRetry(new Retry(3, 1000)));
        RawClient client = proxy.client();
        for (int i = 0; i < 5; i++) {
            client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel").send("lo");
            assertThat(client.answer().body()).isEqualTo("good");
            client.send(
                    "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + "5\r\nhello\r\n0\r\n\r\n");
            assertThat(client.answer().body()).isEqualTo("good");
        }
    }

    @Test
    void aBodyThatIsTooLongToKeepIsSentOnce() throws Exception {
        proxy.routeTo(
                ProxyFixture.endpoints(
                        "default/blue", resetting().address(), resetting().address()),
                Policy.usual().withRetry(new Retry(2, 4)));
        RawClient client = proxy.client();
        client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
        assertThat(client.answer().status()).isEqualTo(502);
        assertThat(retries()).isZero();
    }

    @Test
    void aPostThatMayHaveHadAnEffectIsNotSentAgain() throws Exception {
        proxy.routeTo(resetting(), resetting());
        RawClient client = proxy.client();
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
        RawClient.Answer answer = client.answer();
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.field("weft-cause")).isEqualTo("upstream-closed");
        assertThat(retries()).isZero();
    }

    @Test
    void aStalePooledConnectionCostsNoRequest() throws Exception {
        var talks = new AtomicInteger();
        Origin origin =
                proxy.origin(
                        talk -> {
                            // every connection takes one request more than it answers
                            talks.incrementAndGet();
                            talk.request();
                            talk.answer("ok");
                            talk.request();
                            talk.close();
                        });
        proxy.routeTo(origin);
        RawClient client = proxy.client();
        for (int i = 0; i < 10; i++) {
            assertThat(client.get("/").answer().body()).isEqualTo("ok");
        }
        assertThat(talks.get()).isGreaterThan(5);
    }

    @Test
    void afterTheFirstByteOfAnAnswerNothingIsSentAgain() throws Exception {
        Origin half =
                proxy.origin(
                        talk -> {
                            talk.request();
                            talk.send("HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\nab");
                            talk.line();
                        });
        Origin good = proxy.named("good");
        proxy.routeTo(half, good);
        RawClient client = proxy.client();
        client.get("/").head();
        half.cutAll();
        assertThat(client.isReset()).isTrue();
        assertThat(good.requests()).isEmpty();
    }

    @Test
    void anEndpointThatDiesBetweenHeadAndBodyHasNotAnswered() throws Exception {
        for (String start : List.of("Content-Length: 5\r\n\r\n", "Content-Length: 5\r\n\r\nab")) {
            Origin dies =
                    proxy.origin(
                            talk -> {
                                talk.request();
                                talk.send("HTTP/1.1 200 OK\r\n" + start);
                                talk.reset();
                            });
            Origin good = proxy.named("good");
            proxy.routeTo(dies, good);
            RawClient client = proxy.client();
            for (int i = 0; i < 6; i++) {
                assertThat(client.get("/").answer().body()).isEqualTo("good");
            }
            assertThat(dies.accepted()).isPositive();
            proxy.routeTo(dies);
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
            assertThat(client.answer().field("weft-cause")).isEqualTo("upstream-closed");
        }
    }

    @Test
    void aShortAnswerThatComesInDropsIsPassedOnInDrops() throws Exception {
        var next = new Semaphore(0);
        Origin drops =
                proxy.origin(
                        talk -> {
                            talk.request();
                            talk.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n");
                            for (String drop : List.of("a", "b", "c")) {
                                next.acquireUninterruptibly();
                                talk.send(drop);
                            }
                        });
        proxy.routeTo(drops);
        RawClient client = proxy.client();
        assertThat(client.get("/").head()).contains("Content-Length: 3");
        for (String drop : List.of("a", "b", "c")) {
            next.release();
            assertThat(new String(client.exactly(1), StandardCharsets.US_ASCII)).isEqualTo(drop);
        }
    }

    @Test
    void aBackendOfASplitThatHasNobodyIsMadeUpForByAnother() throws Exception {
        Origin blue = proxy.named("blue");
        proxy.split(
                new WeightedBackend(1, ProxyFixture.endpoints("default/blue", blue.address())),
                new WeightedBackend(9, ProxyFixture.endpoints("default/green")));
        RawClient client = proxy.client();
        for (int i = 0; i < 20; i++) {
            assertThat(client.get("/").answer().body()).isEqualTo("blue");
        }
        proxy.split(
                new WeightedBackend(1, ProxyFixture.endpoints("default/blue", blue.address())),
                new WeightedBackend(
                        9, ProxyFixture.endpoints("default/green", ProxyFixture.nobody())));
        for (int i = 0; i < 20; i++) {
            assertThat(client.get("/").answer().body()).isEqualTo("blue");
        }
    }

    @Test
    void withoutEndpointsTheCallerIsToldSo() throws Exception {
        proxy.routeTo(ProxyFixture.endpoints("default/blue"));
        RawClient client = proxy.client();
        RawClient.Answer answer = client.get("/").answer();
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.field("weft-cause")).isEqualTo("no-endpoints");
        assertThat(answer.field("weft-object")).isEqualTo("Service default/blue");
        assertThat(answer.body())
                .isEqualTo(
                        "Service default/blue has no endpoint that is ready.\n"
                                + "(weft-cause: no-endpoints)\n");
        client.send("GET / HTTP/1.1\r\nHost: a\r\nAccept: text/html, application/json\r\n\r\n");
        RawClient.Answer json = client.answer();
        assertThat(json.field("content-type")).isEqualTo("application/json");
        assertThat(json.body())
                .isEqualTo(
                        "{\"status\":503,\"cause\":\"no-endpoints\","
                                + "\"object\":\"Service default/blue\",\"message\":"
                                + "\"Service default/blue has no endpoint that is ready.\"}\n");
        assertThat(proxy.plane.figures().refusals()).containsEntry("no-endpoints", 2L);
    }

    @Test
    void anOnlyEndpointThatRefusesIsNamed() throws Exception {
        var address = ProxyFixture.nobody();
        proxy.routeTo(ProxyFixture.endpoints("default/blue", address));
        RawClient.Answer answer = proxy.client().get("/").answer();
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.field("weft-cause")).isEqualTo("connect-refused");
        assertThat(answer.body()).contains(address.toString());
    }

    @Test
    void anEndpointThatDoesNotAnswerInTimeIsGivenUp() throws Exception {
        Origin silent =
                proxy.origin(
                        talk -> {
                            talk.request();
                            talk.line();
                        });
        proxy.routeTo(
                ProxyFixture.endpoints("default/blue", silent.address()),
                Policy.usual()
                        .withTimeouts(
                                new Timeouts(
                                        Duration.ofSeconds(1),
                                        Duration.ofMillis(300),
                                        Duration.ofSeconds(5))));
        RawClient client = proxy.client();
        RawClient.Answer answer = client.get("/").answer();
        assertThat(answer.status()).isEqualTo(504);
        assertThat(answer.field("weft-cause")).isEqualTo("answer-timeout");
        assertThat(silent.accepted()).isEqualTo(1);
    }

    @Test
    void anAnswerThatStallsIsCut() throws Exception {
        Origin stalling =
                proxy.origin(
                        talk -> {
                            talk.request();
                            talk.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab");
                            talk.line();
                        });
        proxy.routeTo(
                ProxyFixture.endpoints("default/blue", stalling.address()),
                Policy.usual()
                        .withTimeouts(
                                new Timeouts(
                                        Duration.ofSeconds(1),
                                        Duration.ofSeconds(5),
                                        Duration.ofMillis(300))));
        RawClient client = proxy.client();
        client.get("/").head();
        assertThat(client.isReset()).isTrue();
    }
}
