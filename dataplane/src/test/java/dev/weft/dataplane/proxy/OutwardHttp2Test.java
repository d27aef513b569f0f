package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.http.ServerLimits;
import dev.weft.dataplane.http2.RawPeer;
import dev.weft.dataplane.http2.frame.ErrorCode;
import dev.weft.dataplane.http2.frame.FrameType;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.Snapshot;
import dev.weft.dataplane.route.entrance.Outward;
import dev.weft.dataplane.route.entrance.Outward.Allowed;
import dev.weft.testkit.Eventually;
import dev.weft.testkit.NothingLeft;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The outbound proxy for callers of HTTP/2 by prior knowledge (RFC 9113, 8.5). */
@Timeout(60)
@ExtendWith({NothingLeft.class, NoBufferLeaks.class})
class OutwardHttp2Test {
    private ProxyFixture proxy;
    private InetSocketAddress at;

    @BeforeEach
    void start() throws Exception {
        proxy = new ProxyFixture(2, ServerLimits.usual());
        at = proxy.outward(host -> List.of(InetAddress.getLoopbackAddress()));
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
    }

    private RawPeer client() throws Exception {
        return proxy.closing(RawPeer.to(at));
    }

    private static Allowed allowed(String host, int port) {
        return new Allowed("OutboundPolicy shop/out", host, Set.of(port));
    }

    /** A server outside, at up.example. */
    private Origin outside(Origin.Script script) throws IOException {
        Origin origin = proxy.origin(script);
        int port = origin.address().port();
        var outward =
                new Outward(List.of(allowed("up.example", port), allowed("127.0.0.0/8", port)));
        proxy.plane.apply(new Snapshot(List.of(), List.of(), Map.of(), outward));
        return origin;
    }

    private static String authority(Origin origin) {
        return "up.example:" + origin.address().port();
    }

    private static RawPeer get(RawPeer client, int stream, String scheme, String authority)
            throws IOException {
        return client.headers(
                stream,
                true,
                ":method",
                "GET",
                ":scheme",
                scheme,
                ":authority",
                authority,
                ":path",
                "/a?b=c",
                "x-forwarded-for",
                "10.9.9.9");
    }

    private static RawPeer connect(RawPeer client, int stream, String authority, String... more)
            throws IOException {
        var fields = new ArrayList<>(List.of(":method", "CONNECT", ":authority", authority));
        fields.addAll(List.of(more));
        return client.headers(stream, false, fields.toArray(String[]::new));
    }

    private static void stands(RawPeer client, int stream) throws IOException {
        RawPeer.Frame head = client.await(FrameType.HEADERS, stream);
        assertThat(head.field(":status")).isEqualTo("200");
        assertThat(head.ends()).isFalse();
    }

    /** A caller with a tunnel that stands, stream 1. */
    private RawPeer tunnel(Origin origin) throws Exception {
        RawPeer client = client();
        connect(client, 1, authority(origin));
        stands(client, 1);
        return client;
    }

    private static String text(RawPeer peer, int stream, int length) throws IOException {
        var text = new StringBuilder();
        while (text.length() < length) {
            text.append(peer.await(FrameType.DATA, stream).text());
        }
        return text.toString();
    }

    private static String rest(RawPeer peer, int stream) throws IOException {
        var text = new StringBuilder();
        RawPeer.Frame frame;
        do {
            frame = peer.await(FrameType.DATA, stream);
            text.append(frame.text());
        } while (!frame.ends());
        return text.toString();
    }

    @Test
    void aListedHostIsAskedByItsAuthorityAndIsNotToldWhoCalledInside() throws Exception {
        Origin origin =
                outside(
                        talk -> {
                            while (talk.request() != null) {
                                talk.answer("outside");
                            }
                        });
        RawPeer client = client();
        RawPeer.Message answer = get(client, 1, "http", authority(origin)).message(1);
        assertThat(answer.body()).isEqualTo("outside");
        assertThat(answer.head()).containsEntry("via", "1.1 weft");
        Origin.Request seen = origin.requests().getFirst();
        assertThat(seen.line()).isEqualTo("GET /a?b=c HTTP/1.1");
        assertThat(seen.field("host")).isEqualTo(authority(origin));
        assertThat(seen.field("x-forwarded-for")).isEmpty();
    }

    @Test
    void whatNoPolicyListsIsRefusedAndTheConnectionGoesOn() throws Exception {
        Origin web = proxy.named("web");
        proxy.routeAndList(
                "web.default",
                ProxyFixture.endpoints("default/web", web.address()),
                Outward.nowhere());
        RawPeer client = client();
        RawPeer.Message request = get(client, 1, "http", "api.example").message(1);
        assertThat(request.status()).isEqualTo("403");
        assertThat(request.head()).containsEntry("weft-cause", "outbound-not-listed");
        RawPeer.Message tunnel = connect(client, 3, "api.example:443").message(3);
        assertThat(tunnel.status()).isEqualTo("403");
        assertThat(tunnel.head()).containsEntry("weft-cause", "outbound-not-listed");
        RawPeer.Message https = get(client, 5, "HTTPS", "api.example").message(5);
        assertThat(https.status()).isEqualTo("400");
        assertThat(https.body()).contains("CONNECT");
        assertThat(get(client, 7, "http", "web.default").message(7).body()).isEqualTo("web");
    }

    @Test
    void tunnelsAndRequestsShareAConnection() throws Exception {
        Origin echo =
                outside(
                        talk -> {
                            String line;
                            while ((line = talk.line()) != null) {
                                talk.send(line + "!\r\n");
                            }
                            talk.send("bye\r\n");
                        });
        RawPeer client = client();
        for (int i = 0; i < 10; i++) {
            // what is said before the endpoint stands waits for it
            connect(client, 1 + 2 * i, authority(echo))
                    .data(1 + 2 * i, false, "early%d\r\n".formatted(i));
        }
        assertThat(get(client, 41, "http", "none.example").message(41).status()).isEqualTo("403");
        for (int i = 9; i >= 0; i--) {
            int stream = 1 + 2 * i;
            stands(client, stream);
            assertThat(text(client, stream, 9)).isEqualTo("early%d!\r\n".formatted(i));
            client.data(stream, false, "late\r\n");
            assertThat(text(client, stream, 7)).isEqualTo("late!\r\n");
        }
        for (int i = 0; i < 10; i++) {
            int stream = 1 + 2 * i;
            client.data(stream, true, "");
            assertThat(rest(client, stream)).isEqualTo("bye\r\n");
        }
        Eventually.eventually("all have ended", () -> echo.open() == 0);
        Eventually.eventually(
                "the tunnels are counted",
                () ->
                        proxy.plane.figures().series().stream()
                                        .mapToLong(it -> it.carried().bytesIn())
                                        .sum()
                                == 10 * 14);
    }

    @Test
    void anEndpointMayEndFirstAndGoOnListening() throws Exception {
        var heard = new CountDownLatch(1);
        Origin origin =
                outside(
                        talk -> {
                            talk.send("done\r\n");
                            talk.socket().shutdownOutput();
                            if ("after".equals(talk.line()) && talk.line() == null) {
                                heard.countDown();
                            }
                        });
        RawPeer client = tunnel(origin);
        RawPeer.Frame data = client.await(FrameType.DATA, 1);
        assertThat(data.text()).isEqualTo("done\r\n");
        assertThat(data.ends() || client.await(FrameType.DATA, 1).ends()).isTrue();
        client.data(1, false, "after\r\n").data(1, true, "");
        assertThat(heard.await(20, TimeUnit.SECONDS)).isTrue();
        Eventually.eventually("it has ended", () -> origin.open() == 0);
    }

    @Test
    void aCallerThatResetsTakesTheEndpointAlong() throws Exception {
        Origin origin = outside(talk -> talk.line());
        RawPeer client = tunnel(origin);
        Eventually.eventually("the tunnel stands", () -> origin.open() == 1);
        client.reset(1, ErrorCode.CANCEL);
        Eventually.eventually("the endpoint is left", () -> origin.open() == 0);
    }

    @Test
    void anEndpointThatBreaksOffResetsTheStreamAlone() throws Exception {
        Origin origin =
                outside(
                        talk -> {
                            talk.line();
                            talk.reset();
                        });
        RawPeer client = tunnel(origin);
        client.data(1, false, "go\r\n");
        assertThat(client.await(FrameType.RST_STREAM, 1).code()).isEqualTo(ErrorCode.CONNECT_ERROR);
        assertThat(get(client, 3, "http", "none.example").message(3).status()).isEqualTo("403");
    }

    @Test
    void muchPassesBothWays() throws Exception {
        int size = 2_000_000;
        Origin origin =
                outside(
                        talk -> {
                            talk.send(talk.exactly(size));
                            talk.close();
                        });
        RawPeer client = tunnel(origin);
        String block = "0123456789".repeat(1000);
        int granted = 65_535;
        for (int sent = 0; sent < size; sent += block.length()) {
            while (granted - sent < block.length()) {
                granted += client.await(FrameType.WINDOW_UPDATE, 1).code();
            }
            client.data(1, false, block);
        }
        String text = rest(client, 1);
        assertThat(text.length()).isEqualTo(size);
        assertThat(text.equals("0123456789".repeat(size / 10))).as("the same bytes").isTrue();
    }

    @Test
    void fieldsBehindATunnelBreakIt() throws Exception {
        Origin origin = outside(talk -> talk.line());
        RawPeer client = tunnel(origin);
        client.headers(1, true, "x-trailer", "1");
        assertThat(client.await(FrameType.RST_STREAM, 1).code())
                .isEqualTo(ErrorCode.PROTOCOL_ERROR);
        Eventually.eventually("the endpoint is left", () -> origin.open() == 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a:0", "a:99999", "a:443/x", "a:443?x", "http://a:443", "u@a:443"})
    void aTargetThatIsNoHostAndPortIsRefused(String authority) throws Exception {
        RawPeer.Message answer = connect(client(), 1, authority).message(1);
        assertThat(answer.status()).isEqualTo("400");
        assertThat(answer.head()).containsEntry("weft-cause", "malformed-request");
    }

    @Test
    void aConnectWithALengthIsRefused() throws Exception {
        RawPeer client = client();
        assertThat(connect(client, 1, "a:443", "content-length", "3").message(1).status())
                .isEqualTo("400");
        connect(client, 3, "a:443", ":path", "/");
        assertThat(client.await(FrameType.RST_STREAM, 3).code())
                .isEqualTo(ErrorCode.PROTOCOL_ERROR);
    }

    @Test
    void theEdgeServesNoTunnel() throws Exception {
        proxy.routeTo(new Backend.Local("none"));
        RawPeer client = proxy.closing(RawPeer.to(proxy.plane.edges().getFirst()));
        assertThat(connect(client, 1, "a:443").message(1).status()).isEqualTo("501");
    }

    @Test
    void aTunnelEndsWithTheProxy() throws Exception {
        Origin origin = outside(talk -> talk.line());
        RawPeer client = tunnel(origin);
        proxy.close();
        assertThat(client.closes()).isTrue();
        Eventually.eventually("the endpoint is left", () -> origin.open() == 0);
    }
}
