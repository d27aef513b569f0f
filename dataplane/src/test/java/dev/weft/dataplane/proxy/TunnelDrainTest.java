package dev.weft.dataplane.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.event.Reading;
import dev.weft.dataplane.http.RawClient;
import dev.weft.dataplane.http.ServerLimits;
import dev.weft.dataplane.http2.RawOrigin;
import dev.weft.dataplane.http2.RawPeer;
import dev.weft.dataplane.http2.frame.FrameType;
import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.Listener;
import dev.weft.dataplane.route.Match;
import dev.weft.dataplane.route.Policy;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.Snapshot;
import dev.weft.dataplane.route.VirtualHost;
import dev.weft.dataplane.route.WeightedBackend;
import dev.weft.dataplane.route.entrance.Entrance;
import dev.weft.dataplane.route.entrance.Outward;
import dev.weft.dataplane.route.entrance.Outward.Allowed;
import dev.weft.dataplane.route.upstream.Cluster;
import dev.weft.testkit.Eventually;
import dev.weft.testkit.NothingLeft;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of tunnels that stand when Weft stops, or when what they came by goes. */
@Timeout(60)
@ExtendWith({NothingLeft.class, NoBufferLeaks.class})
class TunnelDrainTest {
    private static final Duration LONG = Duration.ofSeconds(50);

    @RegisterExtension final Proxies proxies = new Proxies();

    private ProxyFixture proxy(Duration drain) throws IOException {
        return proxies.keep(new ProxyFixture(2, ServerLimits.usual().withDrain(drain)));
    }

    /** Says back each line, and has a last word when there are no more. */
    private static Origin echo(ProxyFixture proxy) throws IOException {
        return proxy.origin(
                talk -> {
                    String line;
                    while ((line = talk.line()) != null) {
                        talk.send(line + "\r\n");
                    }
                    talk.send("bye\r\n");
                });
    }

    private static Origin chat(ProxyFixture proxy) throws IOException {
        return proxy.origin(
                talk -> {
                    talk.request();
                    talk.send(Chat.SWITCHED + Chat.HELLO);
                    talk.closes();
                });
    }

    private static Route to(String name, Address... ready) {
        return Route.toOne(
                "Route " + name,
                "default/" + name,
                ProxyFixture.endpoints("default/" + name, ready));
    }

    private static Listener.Tcp tcp(Address at, Route route) {
        return new Listener.Tcp("tcp", at, route);
    }

    private static VirtualHost host(String name, Route route) {
        return new VirtualHost(Set.of(name), List.of(route));
    }

    private static RawClient open(ProxyFixture proxy, InetSocketAddress at) throws Exception {
        RawClient client = proxy.closing(RawClient.to(at));
        says(client, "first");
        return client;
    }

    private static void says(RawClient client, String word) throws IOException {
        client.send(word + "\r\n");
        assertThat(client.line()).isEqualTo(word);
    }

    private static RawClient webSocket(ProxyFixture proxy, String host) throws Exception {
        RawClient client = proxy.client();
        assertThat(client.send(Chat.SWITCH.formatted(host)).head())
                .contains("HTTP/1.1 101 Switching Protocols");
        assertThat(new String(client.exactly(Chat.HELLO.length()), ISO_8859_1))
                .isEqualTo(Chat.HELLO);
        return client;
    }

    private static String rest(RawClient client) throws IOException {
        return new String(client.socket().getInputStream().readAllBytes(), ISO_8859_1);
    }

    @Test
    void aTunnelGoesOnWhileWeftStopsUntilItsEndsAreDone() throws Exception {
        ProxyFixture proxy = proxy(LONG);
        Address at = ProxyFixture.free();
        proxy.listen(tcp(at, to("db", echo(proxy).address())));
        RawClient client = open(proxy, at.socket());
        var drained = CompletableFuture.runAsync(() -> proxy.plane.drain(LONG));
        Eventually.eventually("nobody else is let in", () -> refuses(at));
        says(client, "still there");
        client.socket().shutdownOutput();
        assertThat(client.line()).as("after its own end").isEqualTo("bye");
        assertThat(client.closes()).isTrue();
        drained.get(10, TimeUnit.SECONDS);
    }

    private static boolean refuses(Address at) {
        try {
            RawClient.to(at.socket()).close();
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void whatIsOpenWhenTheTimeIsOverIsCutAndAWebSocketIsTold() throws Exception {
        ProxyFixture proxy = proxy(LONG);
        Address at = ProxyFixture.free();
        proxy.plane.apply(
                new Snapshot(
                        List.of(host("chat", to("chat", chat(proxy).address()))),
                        List.of(tcp(at, to("db", echo(proxy).address())))));
        RawClient bytes = open(proxy, at.socket());
        RawClient socket = webSocket(proxy, "chat");
        proxy.plane.drain(Duration.ofSeconds(1));
        assertThat(bytes.isReset()).isTrue();
        assertThat(rest(socket)).isEqualTo(Chat.CLOSE);
    }

    @Test
    void aWebSocketToAnEndpointOfHttp2IsToldAtBothEndsWhenWeftStops() throws Exception {
        ProxyFixture proxy = proxy(LONG);
        var heard = new CompletableFuture<String>();
        RawOrigin origin =
                proxy.closing(
                        RawOrigin.start(
                                peer -> {
                                    peer.settings(8, 1);
                                    int id = peer.asked().stream();
                                    peer.headers(id, false, ":status", "200");
                                    peer.send(
                                            FrameType.DATA, 0, id, Chat.HELLO.getBytes(ISO_8859_1));
                                    var said = new StringBuilder();
                                    RawPeer.Frame frame;
                                    do {
                                        frame = peer.await(FrameType.DATA, id);
                                        said.append(new String(frame.payload(), ISO_8859_1));
                                    } while (!frame.ends());
                                    heard.complete(said.toString());
                                    peer.send(FrameType.DATA, FrameType.END_STREAM, id);
                                    peer.closes();
                                }));
        var endpoints = ProxyFixture.endpoints("default/chat", origin.address());
        var http2 = endpoints.withTerms(endpoints.terms().withProtocol(Cluster.Protocol.HTTP2));
        proxy.plane.apply(
                new Snapshot(
                        List.of(host("chat", Route.toOne("Route chat", "default/chat", http2))),
                        List.of()));
        RawClient socket = webSocket(proxy, "chat");
        proxy.plane.drain(Duration.ofSeconds(1));
        assertThat(rest(socket)).isEqualTo(Chat.CLOSE);
        assertThat(heard.get(10, TimeUnit.SECONDS)).isEqualTo(Chat.MASKED_CLOSE);
    }

    @Test
    void whatCameByAListenerThatGoesHasItsTime() throws Exception {
        ProxyFixture proxy = proxy(Duration.ofSeconds(3));
        Address at = ProxyFixture.free();
        Address other = ProxyFixture.free();
        Route db = to("db", echo(proxy).address());
        proxy.listen(tcp(at, db), tcp(other, db));
        RawClient leaving = open(proxy, at.socket());
        RawClient staying = open(proxy, other.socket());
        proxy.listen(tcp(other, db));
        assertThat(refuses(at)).isTrue();
        says(leaving, "still there");
        says(staying, "still there");
        assertThat(leaving.isReset()).as("cut in the end").isTrue();
        says(staying, "to stay");
    }

    @Test
    void halfOfATunnelMayEndWhileItsListenerIsGone() throws Exception {
        ProxyFixture proxy = proxy(LONG);
        Address at = ProxyFixture.free();
        proxy.listen(tcp(at, to("db", echo(proxy).address())));
        RawClient client = open(proxy, at.socket());
        proxy.listen();
        client.socket().shutdownOutput();
        assertThat(client.line()).isEqualTo("bye");
        assertThat(client.closes()).isTrue();
    }

    @Test
    void anEndpointThatHasSaidAllLearnsThatTheCallerBroke() throws Exception {
        ProxyFixture proxy = proxy(LONG);
        Address at = ProxyFixture.free();
        var learnt = new CompletableFuture<Throwable>();
        Origin origin =
                proxy.origin(
                        talk -> {
                            talk.line();
                            talk.send("all\r\n");
                            talk.socket().shutdownOutput();
                            try {
                                talk.closes();
                                learnt.complete(new AssertionError("an end in good order"));
                            } catch (SocketException e) {
                                learnt.complete(e);
                            }
                        });
        proxy.listen(tcp(at, to("db", origin.address())));
        RawClient client = proxy.closing(RawClient.to(at.socket()));
        client.send("ask\r\n");
        assertThat(client.line()).isEqualTo("all");
        assertThat(client.closes()).isTrue();
        client.reset();
        assertThat(learnt.get(30, TimeUnit.SECONDS)).isInstanceOf(SocketException.class);
    }

    @Test
    void aListenerThatBecomesAnotherLetsGoOfWhatItCarried() throws Exception {
        ProxyFixture proxy = proxy(Duration.ofSeconds(3));
        Address at = ProxyFixture.free();
        Route db = to("db", echo(proxy).address());
        Route web = to("web", proxy.named("web").address());
        proxy.listen(tcp(at, db));
        RawClient bytes = open(proxy, at.socket());
        var http = new Listener.Http("http", at, List.of(web));
        proxy.listen(http);
        says(bytes, "still there");
        RawClient kept = proxy.closing(RawClient.to(at.socket()));
        assertThat(kept.get("/").answer().body()).isEqualTo("web");
        assertThat(bytes.isReset()).isTrue();
        proxy.listen(tcp(at, db));
        assertThat(kept.closes()).as("idle and of no use").isTrue();
        says(open(proxy, at.socket()), "again");
    }

    @Test
    void aTunnelWhoseRouteGoesHasItsTimeAndOthersStay() throws Exception {
        ProxyFixture proxy = proxy(Duration.ofSeconds(3));
        Route a = to("a", chat(proxy).address());
        Route b = to("b", chat(proxy).address());
        Address at = ProxyFixture.free();
        Route db = to("db", echo(proxy).address());
        proxy.plane.apply(new Snapshot(List.of(host("a", a), host("b", b)), List.of(tcp(at, db))));
        RawClient bytes = open(proxy, at.socket());
        RawClient leaving = webSocket(proxy, "a");
        RawClient staying = webSocket(proxy, "b");
        var none = new Backend.Endpoints("none", "none", List.of());
        Route other = Route.toOne("Gateway edge", "weft-system/edge", none);
        proxy.plane.apply(new Snapshot(List.of(host("b", b)), List.of(tcp(at, other))));
        says(bytes, "still there");
        assertThat(standing("default/a", proxy)).isEqualTo(1);
        assertThat(rest(leaving)).isEqualTo(Chat.CLOSE);
        assertThat(bytes.isReset()).isTrue();
        assertThat(standing("default/b", proxy)).isEqualTo(1);
        staying.close();
        Eventually.eventually("it is over", () -> standing("default/b", proxy) == 0);
    }

    private static long standing(String backend, ProxyFixture proxy) {
        return proxy.plane.figures().series().stream()
                .filter(it -> it.name().backend().equals(backend))
                .map(Reading::carried)
                .mapToLong(Reading.Carried::tunnelsOpen)
                .sum();
    }

    @Test
    void aChangeOfWeightsOrOfWhoDecidesTouchesNoTunnel() throws Exception {
        ProxyFixture proxy = proxy(Duration.ZERO);
        Route whole = to("db", echo(proxy).address());
        Route gone = to("gone", echo(proxy).address());
        Address at = ProxyFixture.free();
        Address control = ProxyFixture.free();
        proxy.listen(tcp(at, whole), tcp(control, gone));
        RawClient staying = open(proxy, at.socket());
        RawClient leaving = open(proxy, control.socket());
        var split =
                new Route(
                        "TrafficSplit default/canary",
                        whole.service(),
                        Match.everything(),
                        Policy.usual(),
                        List.of(
                                new WeightedBackend(
                                        1,
                                        ProxyFixture.endpoints(
                                                "default/green", echo(proxy).address()))));
        proxy.listen(tcp(at, split));
        assertThat(leaving.isReset()).as("without any time").isTrue();
        says(staying, "to stay");
    }

    @Test
    void aTunnelOutwardHasItsTimeWhenItIsListedNoMore() throws Exception {
        ProxyFixture proxy = proxy(Duration.ofSeconds(3));
        InetSocketAddress outward =
                proxy.outward(host -> List.of(InetAddress.getLoopbackAddress()));
        int port = echo(proxy).address().port();
        Allowed one = allowed("one.example", port);
        Allowed two = allowed("two.example", port);
        Allowed inner = allowed("127.0.0.0/8", port);
        list(proxy, one, two, inner);
        var tunnels = new ArrayList<RawClient>();
        for (String name : List.of("one.example", "two.example")) {
            RawClient client = proxy.closing(RawClient.to(outward));
            client.send("CONNECT %s:%d HTTP/1.1\r\nHost: %s\r\n\r\n".formatted(name, port, name));
            assertThat(client.head()).containsExactly("HTTP/1.1 200 Connection established");
            says(client, "first");
            tunnels.add(client);
        }
        list(proxy, two, inner);
        says(tunnels.getFirst(), "still there");
        assertThat(tunnels.getFirst().isReset()).isTrue();
        says(tunnels.getLast(), "to stay");
        list(proxy, two);
        assertThat(tunnels.getLast().isReset()).as("its address is listed no more").isTrue();
    }

    private static Allowed allowed(String host, int port) {
        return new Allowed("OutboundPolicy shop/out", host, Set.of(port));
    }

    private static void list(ProxyFixture proxy, Allowed... lines) {
        proxy.plane.apply(
                new Snapshot(List.of(), List.of(), Map.of(), new Outward(List.of(lines))));
    }

    @Test
    void bytesOfATunnelAreCountedAsTheyPass() throws Exception {
        ProxyFixture proxy = proxy(LONG);
        Address at = ProxyFixture.free();
        proxy.listen(new Listener.Tcp("db", at, Entrance.usual(), to("db", echo(proxy).address())));
        RawClient client = open(proxy, at.socket());
        Eventually.eventually(
                "seven bytes each way, and it stands",
                () ->
                        carried(proxy).bytesIn() == 7
                                && carried(proxy).bytesOut() == 7
                                && carried(proxy).tunnelsOpen() == 1);
        says(client, "more");
        Eventually.eventually("six more", () -> carried(proxy).bytesOut() == 13);
        client.close();
        Eventually.eventually("it is over", () -> carried(proxy).tunnelsOpen() == 0);
        assertThat(carried(proxy).bytesIn()).as("counted once").isEqualTo(13);
        assertThat(carried(proxy).tunnels()).isEqualTo(1);
    }

    private static Reading.Carried carried(ProxyFixture proxy) {
        return proxy.plane.figures().series().stream()
                .filter(it -> it.name().backend().equals("default/db"))
                .findFirst()
                .orElseThrow()
                .carried();
    }
}
