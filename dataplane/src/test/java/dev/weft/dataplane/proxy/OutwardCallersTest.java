package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.http.RawClient;
import dev.weft.dataplane.http.ServerLimits;
import dev.weft.dataplane.route.Snapshot;
import dev.weft.dataplane.route.entrance.Outward;
import dev.weft.dataplane.route.entrance.Outward.Allowed;
import dev.weft.testkit.Eventually;
import dev.weft.testkit.NothingLeft;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Lists of the outbound proxy that are for some callers alone. */
@Timeout(60)
@ExtendWith({NothingLeft.class, NoBufferLeaks.class})
class OutwardCallersTest {
    private static final String WEB = "127.0.0.21";
    private static final String API = "127.0.0.22";
    private static final String BANK = "127.0.0.23";
    private static final String NOBODY = "127.0.0.1";

    private final AtomicInteger looks = new AtomicInteger();
    private ProxyFixture proxy;
    private InetSocketAddress at;
    private Origin origin;
    private int port;

    @BeforeEach
    void start() throws Exception {
        proxy = new ProxyFixture(2, ServerLimits.usual());
        at =
                proxy.outward(
                        host -> {
                            looks.incrementAndGet();
                            return List.of(InetAddress.getLoopbackAddress());
                        });
        origin =
                proxy.origin(
                        talk -> {
                            while (talk.request() != null) {
                                talk.answer("outside");
                            }
                        });
        port = origin.address().port();
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
    }

    private Allowed allowed(String host, String... callers) {
        String by = "OutboundPolicy shop/" + (callers.length == 0 ? "all" : "some");
        return new Allowed(by, host, Set.of(port), Set.of(callers));
    }

    private void list(Allowed... lines) {
        var sources = Map.of(WEB, "shop/web", API, "shop/api", BANK, "bank/teller");
        proxy.plane.apply(new Snapshot(List.of(), List.of(), sources, new Outward(List.of(lines))));
    }

    private RawClient from(String ip) throws Exception {
        var socket = new Socket();
        proxy.closing(socket);
        socket.bind(new InetSocketAddress(ip, 0));
        socket.connect(at);
        return proxy.closing(new RawClient(socket));
    }

    private RawClient.Answer ask(String ip, String host) throws Exception {
        String authority = host + ":" + port;
        return from(ip).send(
                        "GET http://%s/ HTTP/1.1\r\nHost: %s\r\n\r\n"
                                .formatted(authority, authority))
                .answer();
    }

    private void reaches(String ip, String host) throws Exception {
        assertThat(ask(ip, host).body()).as(ip + " to " + host).isEqualTo("outside");
    }

    private RawClient.Answer refuses(String ip, String host) throws Exception {
        RawClient.Answer answer = ask(ip, host);
        assertThat(answer.status()).as(ip + " to " + host).isEqualTo(403);
        return answer;
    }

    @Test
    void aLineIsForTheWorkloadsAndNamespacesThatItNames() throws Exception {
        list(
                allowed("127.0.0.0/8"),
                allowed("one.example", "shop/web"),
                allowed("shop.example", "shop/*"),
                allowed("both.example", "shop/web", "bank/*"),
                allowed("all.example"));
        // in turns, so that what is kept for some is there when others ask
        for (int i = 0; i < 2; i++) {
            reaches(WEB, "one.example");
            refuses(API, "one.example");
            refuses(BANK, "one.example");
            reaches(WEB, "shop.example");
            reaches(API, "shop.example");
            refuses(BANK, "shop.example");
            reaches(WEB, "both.example");
            refuses(API, "both.example");
            reaches(BANK, "both.example");
            for (String ip : List.of(WEB, API, BANK, NOBODY)) {
                reaches(ip, "all.example");
            }
        }
        RawClient.Answer unknown = refuses(NOBODY, "one.example");
        assertThat(unknown.field("weft-cause")).isEqualTo("outbound-not-listed");
        assertThat(unknown.field("weft-object")).isEqualTo("OutboundPolicy shop/some");
        assertThat(unknown.body()).contains("for some callers alone").contains("HOST");
        assertThat(looks).as("one look for each host").hasValue(4);
    }

    @Test
    void aTunnelNeedsTheSame() throws Exception {
        list(allowed("127.0.0.0/8"), allowed("one.example", "shop/web"));
        String connect = "CONNECT one.example:%1$d HTTP/1.1\r\nHost: one.example:%1$d\r\n\r\n";
        RawClient stranger = from(API);
        assertThat(stranger.send(connect.formatted(port)).answer().status()).isEqualTo(403);
        RawClient known = from(WEB);
        known.send(connect.formatted(port));
        assertThat(known.head()).containsExactly("HTTP/1.1 200 Connection established");
        assertThat(known.get("/").answer().body()).isEqualTo("outside");
    }

    @Test
    void anAddressWithinIsListedForTheSameCallers() throws Exception {
        list(allowed("one.example", "shop/web"), allowed("127.0.0.1", "bank/*"));
        assertThat(refuses(WEB, "one.example").field("weft-cause")).isEqualTo("outbound-address");
        reaches(BANK, "127.0.0.1");
        refuses(WEB, "127.0.0.1");
        list(allowed("one.example", "shop/web"), allowed("127.0.0.1", "shop/*"));
        reaches(WEB, "one.example");
        list(allowed("one.example"), allowed("127.0.0.1", "shop/*"));
        assertThat(refuses(WEB, "one.example").field("weft-cause"))
                .as("what is kept for everybody leads nowhere that is for some")
                .isEqualTo("outbound-address");
    }

    @Test
    void whoIsTakenFromTheCallersReachesItNoMore() throws Exception {
        list(allowed("127.0.0.0/8"), allowed("one.example", "shop/web", "shop/api"));
        reaches(WEB, "one.example");
        reaches(API, "one.example");
        list(allowed("127.0.0.0/8"), allowed("one.example", "shop/api"));
        refuses(WEB, "one.example");
        reaches(API, "one.example");
        list();
        refuses(API, "one.example");
        Eventually.eventually("it is left", () -> origin.open() == 0);
    }
}
