package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.event.RetryRefusal;
import dev.weft.dataplane.http.RawClient;
import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Match;
import dev.weft.dataplane.route.Policy;
import dev.weft.dataplane.route.Retry;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.Timeouts;
import dev.weft.dataplane.route.WeightedBackend;
import dev.weft.dataplane.route.upstream.Pooling;
import dev.weft.testkit.Eventually;
import dev.weft.testkit.NothingLeft;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Retries that a policy asks for: by status, by time, within a budget. */
@Timeout(30)
@ExtendWith({NothingLeft.class, NoBufferLeaks.class})
class RetryPolicyTest {
    private static final Retry.On ON_503 = new Retry.On(Set.of(503), Set.of(14), true, true, false);
    private static final Retry BY_STATUS = Retry.usual().withAttempts(3).withOn(ON_503);

    private ProxyFixture proxy;

    @BeforeEach
    void start() throws Exception {
        proxy = new ProxyFixture();
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
    }

    /** Answers with a status and fields, until it has done so often enough; then with 200. */
    private Origin failing(int times, String head, String body) throws Exception {
        var left = new java.util.concurrent.atomic.AtomicInteger(times);
        return proxy.origin(
                talk -> {
                    while (talk.request() != null) {
                        if (left.getAndDecrement() > 0) {
                            talk.send(
                                    "HTTP/1.1 "
                                            + head
                                            + "\r\nContent-Length: "
                                            + body.length()
                                            + "\r\n\r\n"
                                            + body);
                        } else {
                            talk.answer("fine");
                        }
                    }
                });
    }

    private void route(Retry retry, Origin... origins) {
        route(Policy.usual().withRetry(retry), origins);
    }

    private void route(Policy policy, Origin... origins) {
        var addresses = new Address[origins.length];
        for (int i = 0; i < origins.length; i++) {
            addresses[i] = origins[i].address();
        }
        proxy.routeTo(ProxyFixture.endpoints("default/blue", addresses), policy);
    }

    private long retries() {
        return proxy.plane.figures().series().stream().mapToLong(s -> s.retries()).sum();
    }

    private long refused(RetryRefusal why) {
        return proxy.plane.figures().series().stream()
                .mapToLong(s -> s.retriesRefused().get(why.ordinal()))
                .sum();
    }

    @Test
    void anAnswerWithAListedStatusIsNotPassedOn() throws Exception {
        route(BY_STATUS, failing(2, "503 No", "busy"));
        RawClient.Answer answer = proxy.client().get("/").answer();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("fine");
        assertThat(retries()).isEqualTo(2);
    }

    @Test
    void theLastAnswerIsPassedOnAsItIs() throws Exception {
        route(BY_STATUS, failing(3, "503 No\r\nX-A: b", "busy"));
        RawClient.Answer answer = proxy.client().get("/").answer();
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.field("x-a")).isEqualTo("b");
        assertThat(answer.body()).isEqualTo("busy");
        assertThat(refused(RetryRefusal.ATTEMPTS)).isEqualTo(1);
    }

    @Test
    void aConnectionOutlastsAShortAnswerThatIsThrownAway() throws Exception {
        for (String busy :
                List.of(
                        "Content-Length: 4\r\n\r\nbusy",
                        "Content-Length: 0\r\n\r\n",
                        "Transfer-Encoding: chunked\r\n\r\n4\r\nbusy\r\n0\r\n\r\n",
                        "Content-Length: 9000\r\n\r\n" + "b".repeat(9000))) {
            Origin origin = alternating("HTTP/1.1 503 No\r\n" + busy);
            route(BY_STATUS, origin);
            RawClient client = proxy.client();
            for (int i = 0; i < 10; i++) {
                assertThat(client.get("/").answer().body()).isEqualTo("fine");
            }
            // while the first is being read away the second try takes another
            assertThat(origin.accepted()).isLessThanOrEqualTo(2);
            assertThat(origin.requests()).hasSize(20);
        }
    }

    @Test
    void theOnlyConnectionServesTheSecondTryToo() throws Exception {
        Origin origin = alternating("HTTP/1.1 503 No\r\nContent-Length: 4\r\n\r\nbusy");
        var endpoints = ProxyFixture.endpoints("default/blue", origin.address());
        var one = endpoints.terms().withPooling(Pooling.usual().withConnections(1));
        proxy.routeTo(endpoints.withTerms(one), Policy.usual().withRetry(BY_STATUS));
        for (int i = 0; i < 5; i++) {
            assertThat(proxy.client().get("/").answer().body()).isEqualTo("fine");
        }
        assertThat(origin.accepted()).isEqualTo(1);
    }

    @Test
    void aConnectionEndsWithALongAnswerThatIsThrownAwayOrOneThatSaysMore() throws Exception {
        for (String busy :
                List.of(
                        "Content-Length: 90000\r\n\r\n" + "b".repeat(90_000),
                        "Content-Length: 4\r\n\r\nbusyHTTP/1.1 200 OK\r\n\r\n",
                        "Connection: close\r\n\r\nbusy")) {
            Origin origin = alternating("HTTP/1.1 503 No\r\n" + busy);
            route(BY_STATUS, origin);
            RawClient client = proxy.client();
            for (int i = 0; i < 3; i++) {
                assertThat(client.get("/").answer().body()).isEqualTo("fine");
            }
            assertThat(origin.accepted()).isGreaterThanOrEqualTo(4);
        }
    }

    /** Answers every other request as told, and the rest well. */
    private Origin alternating(String answer) throws Exception {
        var count = new java.util.concurrent.atomic.AtomicInteger();
        return proxy.origin(
                talk -> {
                    while (talk.request() != null) {
                        if (count.getAndIncrement() % 2 == 0) {
                            talk.send(answer);
                        } else {
                            talk.answer("fine");
                        }
                    }
                });
    }

    @Test
    void anUnlistedStatusIsPassedOn() throws Exception {
        Origin origin = failing(1, "500 No", "");
        route(BY_STATUS, origin);
        assertThat(proxy.client().get("/").answer().status()).isEqualTo(500);
        assertThat(origin.requests()).hasSize(1);
    }

    @Test
    void aBodyIsGivenAgainAfterAnAnswer() throws Exception {
        Origin origin = failing(1, "503 No", "busy");
        route(BY_STATUS, origin);
        RawClient client = proxy.client();
        client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
        assertThat(client.answer().body()).isEqualTo("fine");
        assertThat(origin.requests()).extracting(Origin.Request::body).containsOnly("hello");
    }

    @Test
    void aPostIsSentAgainOnlyIfThePolicySaysThatItDoesNotMatter() throws Exception {
        String post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";
        route(BY_STATUS, failing(1, "503 No", "busy"));
        assertThat(proxy.client().send(post).answer().status()).isEqualTo(503);
        assertThat(refused(RetryRefusal.METHOD)).isEqualTo(1);
        route(
                BY_STATUS.withOn(new Retry.On(Set.of(503), Set.of(), true, true, true)),
                failing(1, "503 No", "busy"));
        assertThat(proxy.client().send(post).answer().status()).isEqualTo(200);
    }

    @Test
    void aStatusOfGrpcIsReadFromAnAnswerWithoutBody() throws Exception {
        String unavailable = "200 OK\r\nContent-Type: application/grpc\r\nGrpc-Status: 14";
        route(BY_STATUS, failing(1, unavailable, ""));
        assertThat(proxy.client().get("/").answer().body()).isEqualTo("fine");
        String unimplemented = "200 OK\r\nContent-Type: application/grpc\r\nGrpc-Status: 12";
        route(BY_STATUS, failing(1, unimplemented, ""));
        assertThat(proxy.client().get("/").answer().field("grpc-status")).isEqualTo("12");
    }

    @Test
    void anEndpointThatAsksToWaitIsWaitedFor() throws Exception {
        route(BY_STATUS, failing(1, "503 No\r\nRetry-After: 1", "busy"));
        long began = System.nanoTime();
        assertThat(proxy.client().get("/").answer().body()).isEqualTo("fine");
        assertThat(System.nanoTime() - began).isGreaterThan(900_000_000L);
    }

    @Test
    void anEndpointThatAsksToWaitForLongIsLeftToTheCaller() throws Exception {
        route(BY_STATUS, failing(1, "503 No\r\nRetry-After: 3600", "busy"));
        RawClient.Answer answer = proxy.client().get("/").answer();
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.field("retry-after")).isEqualTo("3600");
        route(BY_STATUS, failing(1, "503 No\r\nGrpc-Retry-Pushback-Ms: no", "busy"));
        assertThat(proxy.client().get("/").answer().status()).isEqualTo(503);
        assertThat(refused(RetryRefusal.PUSHBACK)).isEqualTo(2);
    }

    @Test
    void anEndpointThatAsksToWaitForLongerThanTheRequestMayTakeIsLeftToTheCaller()
            throws Exception {
        route(
                Policy.usual()
                        .withRetry(BY_STATUS)
                        .withTimeouts(Timeouts.usual().withRequest(Duration.ofSeconds(4))),
                failing(1, "503 No\r\nRetry-After: 5", "busy"));
        RawClient.Answer answer = proxy.client().get("/").answer();
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.field("retry-after")).isEqualTo("5");
        assertThat(refused(RetryRefusal.PUSHBACK)).isEqualTo(1);
    }

    @Test
    void aPauseStandsBeforeARetry() throws Exception {
        var backoff = new Retry.Backoff(Duration.ofMillis(150), Duration.ofMillis(200));
        route(BY_STATUS.withBackoff(backoff), failing(2, "503 No", "busy"));
        long began = System.nanoTime();
        assertThat(proxy.client().get("/").answer().body()).isEqualTo("fine");
        assertThat(System.nanoTime() - began).isGreaterThan(290_000_000L);
    }

    @Test
    void aCallerWhoGoesDuringAPauseLeavesNothing() throws Exception {
        var backoff = new Retry.Backoff(Duration.ofSeconds(60), Duration.ofSeconds(60));
        Origin origin = failing(1, "503 No", "busy");
        route(BY_STATUS.withBackoff(backoff), origin);
        try (RawClient client = RawClient.to(proxy.plane.edges().getFirst())) {
            client.get("/");
            Eventually.eventually("the first try failed", () -> retries() == 1);
        }
        Eventually.eventually(
                "it is over", () -> proxy.plane.figures().series().getFirst().inFlight() == 0);
    }

    @Test
    void aTryThatTakesTooLongIsGivenUpForAnother() throws Exception {
        Origin silent =
                proxy.origin(
                        talk -> {
                            talk.request();
                            talk.line();
                        });
        Policy policy =
                Policy.usual()
                        .withRetry(BY_STATUS)
                        .withTimeouts(Timeouts.usual().withPerTry(Duration.ofMillis(200)));
        route(policy, silent, proxy.named("fine"));
        assertThat(proxy.client().get("/").answer().body()).isEqualTo("fine");
        route(policy, silent);
        RawClient.Answer answer = proxy.client().get("/").answer();
        assertThat(answer.status()).isEqualTo(504);
        assertThat(answer.field("weft-cause")).isEqualTo("try-timeout");
    }

    /** An endpoint that keeps the first so many connections waiting. */
    private Origin silent(int connections) throws Exception {
        var left = new java.util.concurrent.atomic.AtomicInteger(connections);
        return proxy.origin(
                talk -> {
                    if (left.getAndDecrement() > 0) {
                        talk.request();
                        talk.line();
                    }
                    while (talk.request() != null) {
                        talk.answer("fine");
                    }
                });
    }

    @Test
    void allTriesTogetherHaveABound() throws Exception {
        Policy policy =
                Policy.usual()
                        .withRetry(BY_STATUS)
                        .withTimeouts(
                                Timeouts.usual()
                                        .withPerTry(Duration.ofSeconds(20))
                                        .withRequest(Duration.ofMillis(300)));
        route(policy, silent(10));
        RawClient.Answer answer = proxy.client().get("/").answer();
        assertThat(answer.status()).isEqualTo(504);
        assertThat(answer.field("weft-cause")).isEqualTo("request-timeout");
        assertThat(retries()).isZero();
    }

    @Test
    void anAnswerThatIsNotWholeInTimeIsCut() throws Exception {
        Origin half =
                proxy.origin(
                        talk -> {
                            talk.request();
                            talk.send("HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\nab");
                            talk.line();
                        });
        route(
                Policy.usual().withTimeouts(Timeouts.usual().withRequest(Duration.ofMillis(300))),
                half);
        RawClient client = proxy.client();
        client.get("/").head();
        assertThat(client.isReset()).isTrue();
    }

    @Test
    void routesOfOneServiceShareABudget() throws Exception {
        var budget = new Retry.Budget("", 0, 1, Duration.ofSeconds(5));
        route(BY_STATUS.withAttempts(2).withBudget(budget), failing(1000, "503 No", "busy"));
        RawClient client = proxy.client();
        for (int i = 0; i < 5; i++) {
            assertThat(client.get("/").answer().status()).isEqualTo(503);
        }
        assertThat(retries()).isEqualTo(5);
        // a new snapshot, another policy, the same budget
        route(BY_STATUS.withAttempts(3).withBudget(budget), failing(1000, "503 No", "busy"));
        for (int i = 0; i < 5; i++) {
            assertThat(client.get("/").answer().status()).isEqualTo(503);
        }
        assertThat(retries()).isLessThanOrEqualTo(10);
        assertThat(refused(RetryRefusal.BUDGET)).isGreaterThanOrEqualTo(1);
    }

    @Test
    void routesOfAnyKindThatLeadToOneServiceShareItsBudget() throws Exception {
        var budget = new Retry.Budget("", 0, 1, Duration.ofSeconds(5));
        Policy policy = Policy.usual().withRetry(BY_STATUS.withAttempts(2).withBudget(budget));
        Address failing = failing(1000, "503 No", "busy").address();
        var routes = new Route[4];
        for (int i = 0; i < routes.length; i++) {
            // each of an object of its own, as routes of the Gateway API and of Services are
            routes[i] =
                    new Route(
                            "route " + i,
                            "default/route-" + i,
                            Match.prefix("/" + i),
                            policy,
                            List.of(
                                    new WeightedBackend(
                                            1, ProxyFixture.endpoints("default/web", failing))));
        }
        proxy.apply(routes);
        RawClient client = proxy.client();
        for (int i = 0; i < 5 * routes.length; i++) {
            assertThat(client.get("/" + i % routes.length).answer().status()).isEqualTo(503);
        }
        // five to begin with, and one more for each second that this took
        assertThat(retries()).isBetween(5L, 10L);
        assertThat(refused(RetryRefusal.BUDGET)).isEqualTo(5L * routes.length - retries());
    }

    /** A route to two Services, one of which always fails, and one to each alone. */
    private RawClient mixed(Retry.Budget budget) throws Exception {
        Policy policy = Policy.usual().withRetry(BY_STATUS.withAttempts(2).withBudget(budget));
        Address failing = failing(1000, "503 No", "busy").address();
        var bad = new WeightedBackend(1, ProxyFixture.endpoints("default/bad", failing));
        var good =
                new WeightedBackend(
                        1, ProxyFixture.endpoints("default/good", proxy.named("fine").address()));
        var other = new WeightedBackend(1, ProxyFixture.endpoints("default/other", failing));
        proxy.apply(
                new Route(
                        "both", "default/both", Match.prefix("/both"), policy, List.of(bad, good)),
                new Route("bad", "default/bad", Match.prefix("/bad"), policy, List.of(bad)),
                new Route(
                        "other", "default/other", Match.prefix("/other"), policy, List.of(other)));
        return proxy.client();
    }

    private long retriesAfter(RawClient client, int requests, String path) throws Exception {
        long before = retries();
        for (int i = 0; i < requests; i++) {
            assertThat(client.get(path).answer().status()).isIn(200, 503);
        }
        return retries() - before;
    }

    @Test
    void requestsCountInTheBudgetOfTheServiceThatTheyGoTo() throws Exception {
        RawClient client = mixed(new Retry.Budget("", 50, 0, Duration.ofMinutes(1)));
        // about half of the requests go to the one that fails, and half of those are tried again
        assertThat(retriesAfter(client, 40, "/both")).isBetween(7L, 14L);
        assertThat(retriesAfter(client, 20, "/bad")).isBetween(9L, 11L);
    }

    @Test
    void retriesDrawFromTheBudgetOfTheServiceThatTheyMakeUpFor() throws Exception {
        // sixty for the minute that it counts
        RawClient client = mixed(new Retry.Budget("", 0, 1, Duration.ofMinutes(1)));
        assertThat(retriesAfter(client, 160, "/both")).isEqualTo(60);
        assertThat(retriesAfter(client, 10, "/bad")).isZero();
        assertThat(retriesAfter(client, 10, "/other")).as("it has its own").isEqualTo(10);
    }
}
