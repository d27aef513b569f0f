package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.http.RawClient;
import dev.weft.dataplane.loop.Transport;
import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Listener;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.tls.TlsEngine;
import dev.weft.testkit.NothingLeft;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Endpoints that listen on a Unix-domain socket. */
@Timeout(60)
@ExtendWith({NothingLeft.class, NoBufferLeaks.class})
class UnixSocketTest {
    @TempDir Path folder;

    @RegisterExtension final Proxies proxies = new Proxies();

    private ProxyFixture proxy(Transport transport) throws IOException {
        return proxies.keep(new ProxyFixture(1, transport, TlsEngine.JDK));
    }

    /** Answers each line that ends a head with one answer; anything else it says back. */
    private final class Server implements AutoCloseable {
        final List<SocketChannel> accepted = new CopyOnWriteArrayList<>();
        private final ServerSocketChannel listening =
                ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        private final Thread accepting;

        Server(Path path, boolean http) throws IOException {
            listening.bind(UnixDomainSocketAddress.of(path));
            accepting = Thread.ofVirtual().start(() -> accept(http));
        }

        private void accept(boolean http) {
            try {
                while (true) {
                    SocketChannel channel = listening.accept();
                    accepted.add(channel);
                    Thread.ofVirtual().start(() -> talk(channel, http));
                }
            } catch (IOException e) {
                // closed
            }
        }

        private void talk(SocketChannel channel, boolean http) {
            try (channel) {
                var in =
                        new BufferedReader(
                                Channels.newReader(channel, StandardCharsets.ISO_8859_1));
                String line;
                while ((line = in.readLine()) != null) {
                    if (!http) {
                        say(channel, line + "\r\n");
                    } else if (line.isEmpty()) {
                        say(channel, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nunix");
                    }
                }
                if (!http) {
                    say(channel, "bye\r\n");
                }
            } catch (IOException e) {
                // the other end has gone
            }
        }

        private void say(SocketChannel channel, String text) throws IOException {
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
        }

        @Override
        public void close() throws Exception {
            listening.close();
            for (SocketChannel channel : accepted) {
                channel.close();
            }
            accepting.join();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void requestsGoOverTheSocketAndItsConnectionsAreUsedAgain(Transport transport)
            throws Exception {
        ProxyFixture proxy = proxy(transport);
        Path path = folder.resolve("s");
        Server server = proxy.closing(new Server(path, true));
        proxy.routeTo(ProxyFixture.endpoints("default/blue", Address.unix(path.toString())));
        RawClient client = proxy.client();
        for (int i = 0; i < 3; i++) {
            assertThat(client.get("/").answer().body()).isEqualTo("unix");
        }
        assertThat(server.accepted).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void connectionsArePassedOnToTheSocket(Transport transport) throws Exception {
        ProxyFixture proxy = proxy(transport);
        Path path = folder.resolve("s");
        proxy.closing(new Server(path, false));
        Address at = ProxyFixture.free();
        proxy.listen(
                new Listener.Tcp(
                        "db",
                        at,
                        Route.toOne(
                                "db",
                                "default/db",
                                ProxyFixture.endpoints(
                                        "default/db", Address.unix(path.toString())))));
        RawClient client = proxy.closing(RawClient.to(at.socket()));
        client.send("one\r\n");
        assertThat(client.line()).isEqualTo("one");
        client.socket().shutdownOutput();
        assertThat(client.line()).isEqualTo("bye");
        assertThat(client.closes()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aSocketThatIsNotThereIsMadeUpForOrNamed(Transport transport) throws Exception {
        ProxyFixture proxy = proxy(transport);
        Address missing = Address.unix(folder.resolve("none").toString());
        proxy.routeTo(
                ProxyFixture.endpoints("default/blue", missing, proxy.named("tcp").address()));
        for (int i = 0; i < 4; i++) {
            assertThat(proxy.client().get("/").answer().body()).isEqualTo("tcp");
        }
        proxy.routeTo(ProxyFixture.endpoints("default/green", missing));
        RawClient.Answer answer = proxy.client().get("/").answer();
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.field("weft-cause")).isEqualTo("connect-refused");
        assertThat(answer.body()).contains("unix:" + folder.resolve("none"));
    }

    @Test
    void aPathThatTheKernelDoesNotTakeIsRefusedWithItsLength() {
        assertThatThrownBy(() -> Address.unix("/" + "x".repeat(107)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has 108 bytes (expected: at most 107");
        assertThat(Address.unix("/" + "x".repeat(106)).isUnix()).isTrue();
    }
}
