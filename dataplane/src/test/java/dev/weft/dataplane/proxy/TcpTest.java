package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.http.RawClient;
import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Listener;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.Snapshot;
import dev.weft.testkit.NothingLeft;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Ports whose bytes are passed on as they are, and tunnels. */
@Timeout(30)
@ExtendWith({NothingLeft.class, NoBufferLeaks.class})
class TcpTest {
    private ProxyFixture proxy;

    @BeforeEach
    void start() throws Exception {
        proxy = new ProxyFixture();
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
    }

    private RawClient through(Address... ready) throws Exception {
        int port;
        try (var free = new ServerSocket(0, 1, InetAddress.getByName("127.96.0.9"))) {
            port = free.getLocalPort();
        }
        var address = new Address("127.96.0.9", port);
        var route = Route.toOne("db", "default/db", ProxyFixture.endpoints("default/db", ready));
        var states =
                proxy.plane.apply(
                        new Snapshot(List.of(), List.of(new Listener.Tcp("db", address, route))));
        assertThat(states).allMatch(ListenerState::listens);
        return RawClient.to(address.socket());
    }

    private Origin echo() throws Exception {
        return proxy.origin(
                talk -> {
                    talk.send("hello\r\n");
                    String line;
                    while ((line = talk.line()) != null) {
                        talk.send(line + "\r\n");
                    }
                    talk.send("bye\r\n");
                });
    }

    @Test
    void bytesPassBothWaysWhoeverSpeaksFirst() throws Exception {
        try (RawClient client = through(echo().address())) {
            assertThat(client.line()).isEqualTo("hello");
            client.send("one\r\n");
            assertThat(client.line()).isEqualTo("one");
            client.socket().shutdownOutput();
            assertThat(client.line()).isEqualTo("bye");
            assertThat(client.closes()).isTrue();
        }
    }

    @Test
    void anEndpointThatRefusesIsMadeUpForByAnother() throws Exception {
        Origin origin = echo();
        for (int i = 0; i < 4; i++) {
            try (RawClient client = through(ProxyFixture.nobody(), origin.address())) {
                assertThat(client.line()).isEqualTo("hello");
            }
        }
    }

    @Test
    void withoutEndpointsTheConnectionIsReset() throws Exception {
        try (RawClient client = through()) {
            assertThat(client.isReset()).isTrue();
        }
    }

    @Test
    void manyBytesPass() throws Exception {
        int size = 5_000_000;
        Origin origin =
                proxy.origin(
                        talk -> {
                            String all = talk.exactly(size);
                            talk.send(all);
                            talk.close();
                        });
        byte[] bytes = "0123456789".repeat(size / 10).getBytes(StandardCharsets.US_ASCII);
        try (RawClient client = through(origin.address())) {
            client.send(bytes);
            assertThat(client.exactly(size)).isEqualTo(bytes);
            assertThat(client.closes()).isTrue();
        }
    }

    @Test
    void aWebSocketPassesAsATunnel() throws Exception {
        Origin origin =
                proxy.origin(
                        talk -> {
                            Origin.Request request = talk.request();
                            if (request == null || !request.field("upgrade").equals("websocket")) {
                                talk.answer("no upgrade: " + request);
                                return;
                            }
                            talk.send(
                                    "HTTP/1.1 101 Switching Protocols\r\n"
                                            + "Upgrade: websocket\r\n"
                                            + "Connection: Upgrade\r\n"
                                            + "Sec-WebSocket-Accept:"
                                            + " JVxkmtKFjDcI/Pm/AGPEKSN6wT8=\r\n\r\n"
                                            + "hello\r\n");
                            String line;
                            while ((line = talk.line()) != null && !line.equals("end")) {
                                talk.send(line + "\r\n");
                            }
                        });
        proxy.routeTo(origin);
        RawClient client = proxy.client();
        client.send(
                "GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: keep-alive,"
                        + " Upgrade\r\nSec-WebSocket-Key: x\r\n\r\n");
        assertThat(client.head())
                .containsExactly(
                        "HTTP/1.1 101 Switching Protocols",
                        "Upgrade: websocket",
                        "Connection: Upgrade",
                        "Sec-WebSocket-Accept: JVxkmtKFjDcI/Pm/AGPEKSN6wT8=");
        assertThat(client.line()).isEqualTo("hello");
        for (int i = 0; i < 10; i++) {
            client.send("frame " + i + "\r\n");
            assertThat(client.line()).isEqualTo("frame " + i);
        }
        client.send("end\r\n");
        assertThat(client.closes()).isTrue();
    }

    @Test
    void aCallerWhoLeavesATunnelEndsIt() throws Exception {
        Origin origin =
                proxy.origin(
                        talk -> {
                            talk.request();
                            talk.send(
                                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                                            + "Connection: Upgrade\r\n\r\n");
                            talk.line();
                        });
        proxy.routeTo(origin);
        RawClient client = proxy.client();
        client.send(
                "GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n\r\n");
        client.head();
        client.close();
        dev.weft.testkit.Eventually.eventually("the origin is left", () -> origin.open() == 0);
    }
}
