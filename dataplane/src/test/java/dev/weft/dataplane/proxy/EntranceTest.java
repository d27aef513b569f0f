package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.http.RawClient;
import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Listener;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.Snapshot;
import dev.weft.dataplane.route.VirtualHost;
import dev.weft.dataplane.route.entrance.Entrance;
import dev.weft.dataplane.route.entrance.Network;
import dev.weft.testkit.NothingLeft;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is believed of a caller, and of a load balancer that speaks for one. */
@Timeout(60)
@ExtendWith({NothingLeft.class, NoBufferLeaks.class})
class EntranceTest {
    private static final String REQUEST =
            "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 9.9.9.9, 8.8.8.8\r\n"
                    + "X-Forwarded-Proto: https\r\nX-Forwarded-Host: shop\r\n"
                    + "X-Forwarded-Port: 443\r\nForwarded: for=9.9.9.9\r\n"
                    + "X-Forwarded-Client-Cert: URI=spiffe://x\r\nWeft-Anything: 1\r\n"
                    + "X_Forwarded_For: 9.9.9.9\r\nX-Forwarded_Host: shop\r\nWEFT_x: 1\r\n\r\n";
    private static final String V2 = "\r\n\r\n\000\r\nQUIT\n";

    /** From 1.2.3.4, with a checksum and a value that nobody reads. */
    private static final String SUMMED =
            "\041\021\000\030\001\002\003\004\005\006\007\010\000\120\000\121"
                    + "\003\000\004\273\013\273\377\004\000\002\141\142";

    private static final String ANOTHER_SUM =
            "\041\021\000\030\001\002\003\004\005\006\007\010\000\120\000\121"
                    + "\003\000\004\273\013\273\376\004\000\002\141\142";

    private ProxyFixture proxy;
    private Origin origin;
    private Address address;

    @BeforeEach
    void start() throws Exception {
        proxy = new ProxyFixture();
        origin = proxy.named("ok");
        address = ProxyFixture.nobody();
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
    }

    private RawClient listen(Entrance entrance) throws Exception {
        Route route =
                Route.toOne(
                        "route",
                        "default/root",
                        ProxyFixture.endpoints("default/blue", origin.address()));
        var host = new VirtualHost(Set.of(VirtualHost.ANY), List.of(route));
        var listener = new Listener.Http("entrance", address, entrance, List.of(host));
        proxy.plane.apply(new Snapshot(List.of(), List.of(listener)));
        return RawClient.to(new InetSocketAddress(address.ip(), address.port()));
    }

    private Origin.Request seen() {
        return origin.requests().getLast();
    }

    @Test
    void whatAStrangerSaysOfItselfIsDropped() throws Exception {
        try (RawClient client = listen(Entrance.usual())) {
            assertThat(client.send(REQUEST).answer().body()).isEqualTo("ok");
        }
        assertThat(seen().field("x-forwarded-for")).isEqualTo("127.0.0.1");
        assertThat(seen().field("x-forwarded-proto")).isEqualTo("http");
        assertThat(seen().field("x-forwarded-host")).isEqualTo("a");
        for (String dropped :
                List.of(
                        "x-forwarded-port",
                        "forwarded",
                        "x-forwarded-client-cert",
                        "weft-anything",
                        "x_forwarded_for",
                        "x-forwarded_host",
                        "weft_x")) {
            assertThat(seen().field(dropped)).as(dropped).isEmpty();
        }
    }

    @Test
    void whatATrustedPeerSaysIsKept() throws Exception {
        Entrance trusting = Entrance.usual().withTrusted(Set.of(Network.parse("127.0.0.0/8")));
        try (RawClient client = listen(trusting)) {
            assertThat(client.send(REQUEST).answer().body()).isEqualTo("ok");
        }
        assertThat(seen().field("x-forwarded-for")).isEqualTo("9.9.9.9, 8.8.8.8, 127.0.0.1");
        assertThat(seen().field("x-forwarded-proto")).isEqualTo("https");
        assertThat(seen().field("x-forwarded-host")).isEqualTo("shop");
        assertThat(seen().field("forwarded")).isEqualTo("for=9.9.9.9|for=127.0.0.1");
        assertThat(seen().field("x-forwarded-client-cert")).isEqualTo("URI=spiffe://x");
    }

    @Test
    void aLoadBalancerSaysWhoTheClientIs() throws Exception {
        Entrance asking = Entrance.usual().withProxyProtocol(Entrance.ProxyProtocol.REQUIRED);
        String get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        String v4 = "\041\021\000\014\001\002\003\004\005\006\007\010\000\120\000\121";
        String v6 =
                "\041\041\000\047 \001\015\270\000\000\000\000\000\000\000\000\000\000\000\001"
                    + " \001\015\270\000\000\000\000\000\000\000\000\000\000\000\002\000\120\000\121\004\000\000";
        for (List<String> one :
                List.of(
                        List.of("PROXY TCP4 1.2.3.4 5.6.7.8 80 81\r\n", "1.2.3.4"),
                        List.of("PROXY TCP6 2001:db8::1 ::1 80 81\r\n", "2001:db8:0:0:0:0:0:1"),
                        List.of("PROXY UNKNOWN what ever\r\n", "127.0.0.1"),
                        List.of(V2 + v4, "1.2.3.4"),
                        List.of(V2 + v6, "2001:db8:0:0:0:0:0:1"),
                        List.of(V2 + SUMMED, "1.2.3.4"),
                        List.of(V2 + "\040\000\000\000", "127.0.0.1"))) {
            try (RawClient client = listen(asking)) {
                assertThat(client.send(one.get(0) + get).answer().body()).isEqualTo("ok");
            }
            assertThat(seen().field("x-forwarded-for")).isEqualTo(one.get(1));
            try (RawClient slow = listen(asking)) {
                for (char c : one.get(0).toCharArray()) {
                    slow.send(String.valueOf(c));
                }
                assertThat(slow.send(get).answer().body()).isEqualTo("ok");
            }
            assertThat(seen().field("x-forwarded-for")).isEqualTo(one.get(1));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
                "PROXY TCP4 1.2.3.4 5.6.7.8 80\r\n",
                "PROXY TCP4 1.2.3.4 5.6.7.8 80 81\n",
                "PROXY TCP4 1.2.3.4 5.6.7.8 080 81\r\n",
                "PROXY TCP4 1.2.3.4 5.6.7.8 80 65536\r\n",
                "PROXY TCP4 1.2.3.256 5.6.7.8 80 81\r\n",
                "PROXY TCP4 host 5.6.7.8 80 81\r\n",
                "PROXY TCP6 1.2.3.4 5.6.7.8 80 81\r\n",
                "PROXY UDP4 1.2.3.4 5.6.7.8 80 81\r\n",
                "PROXY  TCP4 1.2.3.4 5.6.7.8 80 81\r\n",
                "PROXYTCP4 1.2.3.4 5.6.7.8 80 81\r\n",
                V2 + "\021\021\000\014\001\002\003\004\005\006\007\010\000\120\000\121",
                V2 + "\042\021\000\000",
                V2 + "\041\021\000\004\001\002\003\004",
                V2 + "\041\021\000\016\001\002\003\004\005\006\007\010\000\120\000\121\004\000",
                V2
                        + "\041\021\000\020\001\002\003\004\005\006\007\010\000\120\000\121\004\000\002\000",
                V2 + ANOTHER_SUM,
                "PROXY TCP4 999.1.1.1 5.6.7.8 80 81\r\n",
                V2 + "\041\022\000\000",
                V2 + "\041\021\377\377"
            })
    void aConnectionThatBeginsOtherwiseIsClosed(String bytes) throws Exception {
        Entrance asking = Entrance.usual().withProxyProtocol(Entrance.ProxyProtocol.REQUIRED);
        try (RawClient client = listen(asking)) {
            client.send(bytes + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.closes()).isTrue();
        }
        assertThat(origin.requests()).isEmpty();
    }
}
