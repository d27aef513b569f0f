package dev.weft.dataplane.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.dataplane.http2.frame.FrameType;
import dev.weft.foundation.time.Clock;
import dev.weft.testkit.Command;
import dev.weft.testkit.NothingLeft;
import dev.weft.testkit.Running;
import dev.weft.testkit.Tools;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Health checks of a real gRPC server, and of what is none. */
@Timeout(60)
@ExtendWith(NothingLeft.class)
class HealthCallTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final HealthCall call = new HealthCall(Clock.system());

    private Optional<String> ask(InetSocketAddress to, String service) throws IOException {
        return call.ask(to, service, LONG);
    }

    private Optional<String> ask(RawOrigin origin) throws IOException {
        return ask(origin.address().socket(), "");
    }

    @Test
    void aRealServerIsAskedForItsServices() throws Exception {
        try (Running server = Command.of(Tools.find("grpc-peer"), "serve").start()) {
            String port = server.out().await(LONG, "listening 127.0.0.1:([0-9]+)").group(1);
            var to = new InetSocketAddress("127.0.0.1", Integer.parseInt(port));
            assertThat(ask(to, "")).isEmpty();
            assertThat(ask(to, "sick"))
                    .contains("service unhealthy (responded with \"NOT_SERVING\")");
            assertThat(ask(to, "unknown").orElseThrow())
                    .startsWith("the health call failed: gRPC status 5 ");
        }
    }

    @Test
    void whatHasNoHealthServiceIsSaid() throws Exception {
        try (RawOrigin origin =
                RawOrigin.start(
                        peer -> {
                            peer.settings();
                            int id = peer.asked().stream();
                            peer.send(FrameType.PING, 0, 0, new byte[8]);
                            peer.headers(id, true, ":status", "200", "grpc-status", "12");
                            peer.closes();
                        })) {
            assertThat(ask(origin).orElseThrow()).contains("does not implement");
        }
        try (RawOrigin web = RawOrigin.named("web")) {
            assertThat(ask(web).orElseThrow()).contains("does not speak gRPC").contains("200");
        }
        try (RawOrigin reset =
                RawOrigin.start(
                        peer -> {
                            peer.settings();
                            peer.reset(peer.asked().stream(), 2);
                            peer.closes();
                        })) {
            assertThat(ask(reset).orElseThrow()).contains("reset");
        }
    }

    @Test
    void whatIsNoHttp2IsSaid() throws Exception {
        try (RawOrigin origin =
                RawOrigin.start(
                        peer -> {
                            peer.raw(
                                    "HTTP/1.1 400 Bad Request\r\n\r\n"
                                            .getBytes(StandardCharsets.US_ASCII));
                            peer.closes();
                        })) {
            assertThat(ask(origin).orElseThrow()).contains("does not speak HTTP/2");
        }
    }

    @Test
    void whoDoesNotAnswerIsNotWaitedForForever() throws Exception {
        try (RawOrigin silent = RawOrigin.start(RawPeer::closes)) {
            assertThatThrownBy(
                            () -> call.ask(silent.address().socket(), "", Duration.ofMillis(300)))
                    .isInstanceOf(SocketTimeoutException.class);
        }
        InetSocketAddress nobody;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = (InetSocketAddress) socket.getLocalSocketAddress();
        }
        assertThatThrownBy(() -> ask(nobody, "")).isInstanceOf(ConnectException.class);
    }
}
