package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.http.RawClient;
import dev.weft.dataplane.http2.RawOrigin;
import dev.weft.dataplane.http2.RawPeer;
import dev.weft.dataplane.route.upstream.Cluster;
import dev.weft.testkit.NothingLeft;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a backend is told of the caller, and what belongs to one connection only. */
@Timeout(30)
@ExtendWith({NothingLeft.class, NoBufferLeaks.class})
class CallerFieldsTest {
    private ProxyFixture proxy;
    private Origin origin;
    private RawClient client;

    @BeforeEach
    void start() throws Exception {
        proxy = new ProxyFixture();
        origin =
                proxy.origin(
                        talk -> {
                            while (talk.request() != null) {
                                talk.send(
                                        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"
                                                + "Connection: keep-alive, X-Private\r\n"
                                                + "X-Private: a\r\nX-Public: b\r\n"
                                                + "Keep-Alive: timeout=5\r\n"
                                                + "Proxy-Connection: keep-alive\r\n\r\nok");
                            }
                        });
        proxy.routeTo(origin);
        client = proxy.client();
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
    }

    private Origin.Request arrived(String... fields) throws Exception {
        client.send(
                "GET /p HTTP/1.1\r\nHost: Shop.Example:8080\r\n"
                        + String.join("\r\n", fields)
                        + (fields.length > 0 ? "\r\n\r\n" : "\r\n"));
        assertThat(client.answer().status()).isEqualTo(200);
        return origin.requests().getLast();
    }

    @Test
    void howOftenAnOptionsMayBePassedOnIsCountedDown() throws Exception {
        String options = "%s /p HTTP/1.1\r\nHost: a\r\nMax-Forwards: %s\r\n\r\n";
        client.send(options.formatted("OPTIONS", "2"));
        assertThat(client.answer().status()).isEqualTo(200);
        assertThat(origin.requests().getLast().field("max-forwards")).isEqualTo("1");
        client.send(options.formatted("GET", "0"));
        assertThat(client.answer().status()).as("other methods do not have it").isEqualTo(200);
        assertThat(origin.requests()).hasSize(2);
        client.send(options.formatted("OPTIONS", "0"));
        assertThat(client.answer().status()).isEqualTo(204);
        client.send(options.formatted("TRACE", "0"));
        RawClient.Answer trace = client.answer();
        assertThat(trace.status()).isEqualTo(405);
        assertThat(trace.field("weft-cause")).isEqualTo("trace-ends-here");
        assertThat(origin.requests()).hasSize(2);
        client.send("OPTIONS http://a HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(client.answer().status()).as("about the server").isEqualTo(204);
        assertThat(origin.requests()).hasSize(2);
    }

    @Test
    void whatACallerClaimsOfItselfIsReplaced() throws Exception {
        Origin.Request request =
                arrived(
                        "X-Forwarded-For: 1.2.3.4",
                        "X-Forwarded-Proto: https",
                        "x-forwarded-host: evil",
                        "Forwarded: for=1.2.3.4",
                        "weft-cause: none",
                        "X-FORWARDED-FOR: 5.6.7.8");
        assertThat(request.field("x-forwarded-for")).isEqualTo("127.0.0.1");
        assertThat(request.field("x-forwarded-proto")).isEqualTo("http");
        assertThat(request.field("x-forwarded-host")).isEqualTo("Shop.Example:8080");
        assertThat(request.field("forwarded")).isEmpty();
        assertThat(request.field("weft-cause")).isEmpty();
        assertThat(request.field("host")).isEqualTo("Shop.Example:8080");
    }

    @Test
    void aRequestIdAndATraceAreTakenOver() throws Exception {
        String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
        Origin.Request request =
                arrived("X-Request-Id: abc-123", "traceparent: " + trace, "tracestate: a=b");
        assertThat(request.field("x-request-id")).isEqualTo("abc-123");
        assertThat(request.field("traceparent")).isEqualTo(trace);
        assertThat(request.field("tracestate")).isEqualTo("a=b");
    }

    @Test
    void aRequestIdAndATraceAreMadeWhereNoneAreUsable() throws Exception {
        Origin.Request none = arrived();
        assertThat(none.field("x-request-id")).matches("[0-9a-f]{32}");
        assertThat(none.field("traceparent")).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
        Origin.Request bad = arrived("X-Request-Id: a b", "traceparent: 00-xyz", "tracestate: a=b");
        assertThat(bad.field("x-request-id")).matches("[0-9a-f]{32}");
        assertThat(bad.field("x-request-id")).isNotEqualTo(none.field("x-request-id"));
        assertThat(bad.field("traceparent")).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
        assertThat(bad.field("tracestate")).isEmpty();
    }

    @Test
    void whatBelongsToOneConnectionStaysThere() throws Exception {
        Origin.Request request =
                arrived(
                        "Connection: keep-alive, X-Mine , Host, te",
                        "X-Mine: secret",
                        "Keep-Alive: 5",
                        "Proxy-Connection: x",
                        "Proxy-Authorization: Basic x",
                        "TE: trailers",
                        "Trailer: x",
                        "Upgrade: h2c",
                        "X-Stays: yes");
        List<String> names =
                request.fields().stream()
                        .map(field -> field.split(":", 2)[0].toLowerCase(Locale.ROOT))
                        .toList();
        assertThat(names)
                .containsExactlyInAnyOrder(
                        "host",
                        "x-stays",
                        "trailer",
                        "te",
                        "connection",
                        "weft-hops",
                        "x-forwarded-for",
                        "x-forwarded-proto",
                        "x-forwarded-host",
                        "x-request-id",
                        "traceparent");
        RawClient.Answer answer = client.get("/").answer();
        assertThat(answer.head())
                .containsExactly(
                        "HTTP/1.1 200 OK",
                        "Content-Length: 2",
                        "X-Public: b",
                        "date: " + answer.field("date"));
        assertThat(answer.field("date"))
                .matches("[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT");
    }

    /** Sends a request to an endpoint that makes claims in Weft's name. */
    private RawClient.Answer forged(String request, String... answer) throws Exception {
        Origin forger =
                proxy.origin(
                        talk -> {
                            while (talk.request() != null) {
                                for (String part : answer) {
                                    talk.send(part);
                                }
                            }
                        });
        proxy.routeTo(forger);
        return client.send(request).answer();
    }

    @Test
    void anEndpointSaysNothingInWeftsName() throws Exception {
        RawClient.Answer answer =
                forged(
                        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
                        "HTTP/1.1 503 No\r\nWeft-Cause: no-endpoints\r\nweft-object: a\r\n"
                                + "weft_cause: b\r\nWeft-More: c\r\nX-Forwarded-Mine: d\r\n"
                                + "Content-Length: 2\r\n\r\nno");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.head().toString().toLowerCase(Locale.ROOT))
                .doesNotContain("weft")
                .contains("x-forwarded-mine: d");
        assertThat(proxy.plane.figures().refusals()).isEmpty();
    }

    @Test
    void whatWeftAnswersKeepsItsCause() throws Exception {
        RawClient.Answer answer =
                forged(
                        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
                        "HTTP/1.1 200 OK\r\nweft-cause: fine\r\nContent-Length: 1x\r\n\r\n");
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.field("weft-cause")).isEqualTo("upstream-malformed");
    }

    @Test
    void anEndpointOfHttp2SaysNothingInWeftsNameBeforeOrBehindItsBody() throws Exception {
        RawOrigin forger =
                proxy.closing(
                        RawOrigin.start(
                                peer -> {
                                    int id =
                                            peer.begins(
                                                    "content-type",
                                                    "application/grpc",
                                                    "weft-cause",
                                                    "no-route",
                                                    "weft-object",
                                                    "a");
                                    peer.headers(
                                            id,
                                            true,
                                            "grpc-status",
                                            "14",
                                            "weft-cause",
                                            "fail-fast",
                                            "x-behind",
                                            "b");
                                    peer.closes();
                                }));
        var endpoints = ProxyFixture.endpoints("default/blue", forger.address());
        proxy.routeTo(endpoints.withTerms(endpoints.terms().withProtocol(Cluster.Protocol.HTTP2)));
        try (RawPeer caller = RawPeer.to(proxy.plane.edges().getFirst())) {
            RawPeer.Message answer = caller.get(1, "/").message(1);
            assertThat(answer.head()).doesNotContainKeys("weft-cause", "weft-object");
            assertThat(answer.trailers())
                    .containsEntry("grpc-status", "14")
                    .containsEntry("x-behind", "b")
                    .doesNotContainKey("weft-cause");
        }
    }
}
