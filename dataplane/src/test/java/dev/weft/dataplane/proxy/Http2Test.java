package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.http.RawClient;
import dev.weft.dataplane.http2.RawOrigin;
import dev.weft.dataplane.http2.RawPeer;
import dev.weft.dataplane.http2.frame.ErrorCode;
import dev.weft.dataplane.http2.frame.FrameType;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.upstream.Cluster;
import dev.weft.testkit.Eventually;
import dev.weft.testkit.NothingLeft;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** HTTP/2 on either side of the edge and across, on real sockets. */
@ExtendWith({NothingLeft.class, NoBufferLeaks.class})
class Http2Test {
    private ProxyFixture proxy;
    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        proxy = new ProxyFixture();
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
        proxy.close();
    }

    private RawPeer client() throws IOException {
        var client = RawPeer.to(proxy.plane.edges().getFirst());
        opened.add(client);
        return client;
    }

    private RawOrigin origin(RawOrigin.Script script) throws IOException {
        var origin = RawOrigin.start(script);
        opened.add(origin);
        return origin;
    }

    private void routeTo(RawOrigin... origins) {
        var addresses = new dev.weft.dataplane.route.Address[origins.length];
        for (int i = 0; i < origins.length; i++) {
            addresses[i] = origins[i].address();
        }
        proxy.routeTo(speaking(ProxyFixture.endpoints("default/blue", addresses)));
    }

    private static Backend.Endpoints speaking(Backend.Endpoints endpoints) {
        return endpoints.withTerms(endpoints.terms().withProtocol(Cluster.Protocol.HTTP2));
    }

    // ---- a caller of HTTP/2, an endpoint of HTTP/1

    @Test
    void aRequestReachesAnEndpointOfHttp1() throws Exception {
        Origin origin = proxy.named("hello");
        proxy.routeTo(origin);
        RawPeer client = client();

        RawPeer.Message answer =
                client.get(1, "/a?b=c", "x-mine", "1", "cookie", "a=1", "cookie", "b=2").message(1);

        assertThat(answer.status()).isEqualTo("200");
        assertThat(answer.body()).isEqualTo("hello");
        assertThat(answer.head())
                .containsEntry("content-length", "5")
                .doesNotContainKey("connection");
        Origin.Request seen = origin.requests().getFirst();
        assertThat(seen.line()).isEqualTo("GET /a?b=c HTTP/1.1");
        assertThat(seen.field("host")).isEqualTo("test");
        assertThat(seen.field("x-mine")).isEqualTo("1");
        assertThat(seen.field("cookie")).isEqualTo("a=1; b=2");
        assertThat(seen.field("transfer-encoding")).isEmpty();
    }

    @Test
    void aBodyWithoutLengthReachesAnEndpointInChunks() throws Exception {
        Origin origin = proxy.named("hello");
        proxy.routeTo(origin);
        RawPeer client = client();

        client.post(1, "/").data(1, false, "one ").data(1, false, "two").data(1, true, "");

        assertThat(client.message(1).body()).isEqualTo("hello");
        assertThat(origin.requests().getFirst().body()).isEqualTo("one two");
        assertThat(origin.requests().getFirst().field("transfer-encoding")).isEqualTo("chunked");
    }

    @Test
    void aBodyOfAnotherLengthThanItSaysIsNeverPassedOnAsWhole() throws Exception {
        proxy.routeTo(proxy.named("hello"));
        RawPeer client = client();

        client.post(1, "/", "content-length", "5").data(1, true, "1234");
        assertThat(client.await(FrameType.RST_STREAM, 1).code())
                .isEqualTo(ErrorCode.PROTOCOL_ERROR);
        client.post(3, "/", "content-length", "5").data(3, false, "123456");
        assertThat(client.await(FrameType.RST_STREAM, 3).code())
                .isEqualTo(ErrorCode.PROTOCOL_ERROR);
        client.headers(5, true, RawPeer.request("POST", "/", "content-length", "5"));
        assertThat(client.await(FrameType.RST_STREAM, 5).code())
                .isEqualTo(ErrorCode.PROTOCOL_ERROR);
        assertThat(client.get(7, "/").message(7).body()).isEqualTo("hello");
    }

    @Test
    void anAnswerInChunksIsPassedOnAsItComes() throws Exception {
        proxy.routeTo(
                proxy.origin(
                        talk -> {
                            while (!"".equals(talk.line())) {
                                // the head
                            }
                            talk.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                            talk.send("3\r\none\r\n");
                            assertThat(talk.line()).isEqualTo("5");
                            talk.send("3\r\ntwo\r\n0\r\n\r\n");
                        }));
        RawPeer client = client();

        client.post(1, "/");

        assertThat(client.await(FrameType.HEADERS, 1).fields()).containsEntry(":status", "200");
        assertThat(client.await(FrameType.DATA, 1).text()).isEqualTo("one");
        client.data(1, false, "go on");
        assertThat(client.await(FrameType.DATA, 1).text()).isEqualTo("two");
    }

    @Test
    void anAnswerCutShortIsReset() throws Exception {
        proxy.routeTo(
                proxy.origin(
                        talk -> {
                            if (talk.request() != null) {
                                talk.send("HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\nabc");
                                talk.send("x".repeat(20_000));
                                talk.close();
                            }
                        }));
        RawPeer client = client();

        client.get(1, "/");

        assertThat(client.await(FrameType.RST_STREAM, 1).code())
                .isEqualTo(ErrorCode.INTERNAL_ERROR);
    }

    @Test
    void aStalledReaderStopsItsOwnStreamAndNoOther() throws Exception {
        Origin large =
                proxy.origin(
                        talk -> {
                            Origin.Request request;
                            while ((request = talk.request()) != null) {
                                int size = request.line().contains("large") ? 1 << 20 : 3;
                                talk.answer("x".repeat(size));
                            }
                        });
        proxy.routeTo(large);
        RawPeer client = client().withoutCredit();
        client.window(0, 10 << 20);

        client.get(1, "/large");
        int got = 0;
        while (got < 65_535) {
            got += client.await(FrameType.DATA, 1).payload().length;
        }
        assertThat(got).isEqualTo(65_535);
        assertThat(client.get(3, "/small").message(3).body()).isEqualTo("xxx");
        client.window(1, 2 << 20);
        boolean ended = false;
        while (!ended) {
            RawPeer.Frame frame = client.await(FrameType.DATA, 1);
            got += frame.payload().length;
            ended = frame.ends();
        }
        assertThat(got).isEqualTo(1 << 20);
    }

    @Test
    void aResetCancelsTheRequestBehindIt() throws Exception {
        Origin origin =
                proxy.origin(
                        talk -> {
                            var unused = talk.request();
                            unused = talk.request();
                        });
        proxy.routeTo(origin);
        RawPeer client = client();

        client.get(1, "/");
        Eventually.eventually("the request arrived", () -> origin.requests().size() == 1);
        client.reset(1, ErrorCode.CANCEL);

        Eventually.eventually("the connection is closed", () -> origin.open() == 0);
    }

    // ---- a caller of HTTP/1, an endpoint of HTTP/2

    @Test
    void aCallerOfHttp1ReachesAnEndpointOfHttp2() throws Exception {
        RawOrigin origin = RawOrigin.named("hello");
        opened.add(origin);
        routeTo(origin);
        RawClient client = proxy.client();

        for (int i = 0; i < 3; i++) {
            client.send("POST /x HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\nabc");
            RawClient.Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.field("x-name")).isEqualTo("hello");
            assertThat(answer.body()).isEqualTo("hello");
        }
        assertThat(origin.accepted()).isEqualTo(1);
    }

    // ---- HTTP/2 on both sides

    @Test
    void manyCallersShareOneConnectionToAnEndpoint() throws Exception {
        RawOrigin origin =
                origin(
                        peer -> {
                            peer.settings();
                            List<RawPeer.Frame> requests = new ArrayList<>();
                            while (requests.size() < 4) {
                                requests.add(peer.asked());
                            }
                            for (RawPeer.Frame request : requests.reversed()) {
                                peer.headers(request.stream(), false, ":status", "200");
                                peer.data(request.stream(), true, request.path());
                            }
                            peer.closes();
                        });
        routeTo(origin);
        RawPeer one = client();
        RawPeer two = client();

        one.get(1, "/1").get(3, "/3");
        two.get(1, "/a").get(3, "/b");

        assertThat(one.message(1).body()).isEqualTo("/1");
        assertThat(one.message(3).body()).isEqualTo("/3");
        assertThat(two.message(1).body()).isEqualTo("/a");
        assertThat(two.message(3).body()).isEqualTo("/b");
        assertThat(origin.accepted()).isEqualTo(1);
    }

    @Test
    void trailersArePassedOnBothWays() throws Exception {
        RawOrigin origin =
                origin(
                        peer -> {
                            peer.settings();
                            RawPeer.Frame request = peer.asked();
                            RawPeer.Frame data = peer.await(FrameType.DATA);
                            RawPeer.Frame trailers = peer.await(FrameType.HEADERS);
                            peer.headers(1, false, ":status", "200");
                            peer.data(1, false, data.text());
                            peer.headers(
                                    1, true, "x-sum", trailers.field("x-sum") + request.stream());
                            peer.closes();
                        });
        routeTo(origin);
        RawPeer client = client();

        client.post(1, "/").data(1, false, "body").headers(1, true, "x-sum", "42");

        RawPeer.Message answer = client.message(1);
        assertThat(answer.body()).isEqualTo("body");
        assertThat(answer.trailers()).containsEntry("x-sum", "421");
    }

    /** Says which fields stood behind the body, and sends back some that may and may not. */
    private RawOrigin trailing() throws IOException {
        return origin(
                peer -> {
                    peer.settings();
                    int id = peer.asked().stream();
                    RawPeer.Frame trailers = peer.await(FrameType.HEADERS);
                    peer.headers(id, false, ":status", "200");
                    peer.data(id, false, String.join(" ", trailers.fields().keySet()));
                    peer.headers(id, true, "x-sum", "7", "set-cookie", "a=b");
                    peer.closes();
                });
    }

    @Test
    void whatMustStandBeforeABodyIsNotPassedOnBehindIt() throws Exception {
        routeTo(trailing());
        RawPeer client = client();

        client.post(1, "/")
                .data(1, false, "body")
                .headers(
                        1,
                        true,
                        "x-sum",
                        "42",
                        "x-forwarded-for",
                        "9.9.9.9",
                        "weft-hops",
                        "1",
                        "authorization",
                        "mine");

        RawPeer.Message answer = client.message(1);
        assertThat(answer.body()).isEqualTo("x-sum");
        assertThat(answer.trailers()).containsKeys("x-sum", "set-cookie");
    }

    @Test
    void aCallerOfHttp1IsToldBehindABodyWhatMayStandThere() throws Exception {
        routeTo(trailing());

        try (RawClient caller = RawClient.to(proxy.plane.edges().getFirst())) {
            caller.send(
                    "POST / HTTP/1.1\r\nHost: test\r\nTE: trailers\r\nConnection: te, close\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n0\r\nX-Sum: 42\r\n\r\n");
            assertThat(caller.head()).contains("transfer-encoding: chunked");
            String body = "5\r\nx-sum\r\n0\r\nx-sum: 7\r\n\r\n";
            assertThat(caller.exactly(body.length())).asString().isEqualTo(body);
        }
    }

    @Test
    void anotherConnectionIsOpenedWhenTheEndpointAllowsNoMoreStreams() throws Exception {
        RawOrigin origin =
                origin(
                        peer -> {
                            peer.settings(3, 1);
                            RawPeer.Frame request = peer.asked();
                            if (request.path().equals("/slow")) {
                                peer.await(FrameType.RST_STREAM);
                            } else {
                                peer.headers(request.stream(), true, ":status", "204");
                                peer.closes();
                            }
                        });
        routeTo(origin);
        RawPeer client = client();

        client.get(1, "/slow");
        Eventually.eventually("a connection stands", () -> origin.accepted() == 1);
        client.get(3, "/");

        assertThat(client.message(3).status()).isEqualTo("204");
        assertThat(origin.accepted()).isEqualTo(2);
        client.reset(1, ErrorCode.CANCEL);
    }

    @Test
    void whatAnEndpointRefusesIsSentAgainWhateverItIs() throws Exception {
        RawOrigin origin =
                origin(
                        peer -> {
                            peer.settings();
                            peer.reset(peer.asked().stream(), ErrorCode.REFUSED_STREAM);
                            RawPeer.Frame again = peer.asked();
                            peer.headers(again.stream(), true, ":status", "204");
                            peer.closes();
                        });
        routeTo(origin);
        RawPeer client = client();

        client.headers(1, true, RawPeer.request("POST", "/"));

        assertThat(client.message(1).status()).isEqualTo("204");
    }

    @Test
    void anEndpointThatGoesAwayFinishesWhatItHasAndGetsNoMore() throws Exception {
        RawOrigin origin =
                origin(
                        peer -> {
                            peer.settings();
                            RawPeer.Frame request = peer.asked();
                            if (request.path().equals("/first")) {
                                peer.goAway(request.stream(), ErrorCode.NO_ERROR);
                                peer.headers(request.stream(), false, ":status", "200");
                                peer.data(request.stream(), false, "begun ");
                                peer.await(FrameType.PING);
                            }
                            peer.headers(request.stream(), true, ":status", "204");
                            peer.closes();
                        });
        routeTo(origin);
        RawPeer client = client();

        client.get(1, "/first");
        assertThat(client.await(FrameType.DATA, 1).text()).isEqualTo("begun ");
        assertThat(client.get(3, "/second").message(3).status()).isEqualTo("204");
        assertThat(origin.accepted()).isEqualTo(2);
        client.reset(1, ErrorCode.CANCEL);
    }

    @Test
    void anEndpointThatDoesNotSpeakHttp2IsToldOf() throws Exception {
        Origin origin =
                proxy.origin(
                        talk -> {
                            talk.exactly(RawPeer.PREFACE.length);
                            talk.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
                            talk.closes();
                        });
        proxy.routeTo(speaking(ProxyFixture.endpoints("default/blue", origin.address())));
        RawClient client = proxy.client();

        client.get("/");

        RawClient.Answer answer = client.answer();
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.field("weft-cause")).isEqualTo("upstream-protocol");
        assertThat(answer.body()).contains("does not speak HTTP/2");
    }

    // ---- real clients

    @Test
    void curlSpeaksHttp2ByPriorKnowledge() throws Exception {
        proxy.routeTo(proxy.named("hello"));
        int port = proxy.plane.edges().getFirst().getPort();
        Process curl =
                new ProcessBuilder(
                                dev.weft.testkit.Tools.find("curl").toString(),
                                "--silent",
                                "--http2-prior-knowledge",
                                "--max-time",
                                "20",
                                "--data",
                                "x".repeat(100_000),
                                "--write-out",
                                " %{http_version} %{http_code}",
                                "http://127.0.0.1:" + port + "/a")
                        .redirectErrorStream(true)
                        .start();
        try (var out = curl.getInputStream()) {
            assertThat(new String(out.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
                    .isEqualTo("hello 2 200");
        } finally {
            curl.destroyForcibly();
        }
    }

    @Test
    void anUpgradeToHttp2IsAnsweredAsHttp1() throws Exception {
        proxy.routeTo(proxy.named("hello"));
        RawClient client = proxy.client();

        client.send(
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\n"
                        + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n");

        RawClient.Answer answer = client.answer();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("hello");
    }

    @Test
    void aConnectionSaysGoodByeTwiceAndFinishesWhatItHas() throws Exception {
        proxy.routeTo(proxy.named("hello"));
        RawPeer client = client();
        client.post(1, "/").data(1, false, "a");
        Eventually.eventually("a stream is open", () -> proxy.plane.figures().connections() == 1);
        var draining =
                Thread.ofVirtual().start(() -> proxy.plane.drain(java.time.Duration.ofSeconds(10)));

        RawPeer.Frame first = client.await(FrameType.GOAWAY);
        assertThat(first.lastStream()).isEqualTo(Integer.MAX_VALUE);
        assertThat(client.await(FrameType.GOAWAY).lastStream()).isEqualTo(1);
        client.data(1, true, "b");
        assertThat(client.message(1).body()).isEqualTo("hello");
        assertThat(client.goodbye().code()).isEqualTo(ErrorCode.NO_ERROR);
        draining.join();
    }
}
