package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.event.Handshakes;
import dev.weft.dataplane.http.RawClient;
import dev.weft.dataplane.http.ServerLimits;
import dev.weft.dataplane.http.body.Lingering;
import dev.weft.dataplane.loop.Acceptor;
import dev.weft.dataplane.loop.Loops;
import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Policy;
import dev.weft.dataplane.route.Timeouts;
import dev.weft.dataplane.route.upstream.Cluster;
import dev.weft.dataplane.route.upstream.Pooling;
import dev.weft.dataplane.tls.Securing;
import dev.weft.dataplane.tls.ServerHandshake;
import dev.weft.dataplane.tls.ServerTls;
import dev.weft.dataplane.tls.TlsFixture;
import dev.weft.foundation.time.Clock;
import dev.weft.testkit.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;

/** Each named time limit has its default on the page of the reference and a test that shows it. */
@Timeout(60)
@ExtendWith(NoBufferLeaks.class)
class TimeoutsTest {
    private static final Path PAGE = Path.of("../docs/reference/timeouts.md");
    private static final Duration SHORT = Duration.ofMillis(200);

    @RegisterExtension final Proxies proxies = new Proxies();
    private final Semaphore done = new Semaphore(0);

    @AfterEach
    void stop() {
        done.release(10);
    }

    private ProxyFixture proxy() throws IOException {
        return proxy(ServerLimits.usual());
    }

    private ProxyFixture proxy(ServerLimits limits) throws IOException {
        return proxies.keep(new ProxyFixture(1, limits));
    }

    private static List<List<String>> rows() throws IOException {
        return Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| name"))
                .map(
                        line ->
                                Arrays.stream(line.split("\\|", -1))
                                        .map(String::strip)
                                        .filter(cell -> !cell.isEmpty())
                                        .toList())
                .toList();
    }

    @Test
    void theDefaultsOnThePageAreThoseOfTheCode() throws Exception {
        Map<String, String> page = new TreeMap<>();
        for (List<String> row : rows()) {
            page.put(row.getFirst(), row.get(2));
        }
        ServerLimits limits = ServerLimits.usual();
        Timeouts usual = Timeouts.usual();
        assertThat(page)
                .containsEntry("head", text(limits.head()))
                .containsEntry("TLS handshake", text(ServerHandshake.USUAL_TIMEOUT))
                .containsEntry("keep-alive", text(limits.idle()))
                .containsEntry("idle body, caller's side", text(limits.stall()))
                .containsEntry("connect", text(usual.connect()))
                .containsEntry("answer", text(usual.answer()))
                .containsEntry("idle body, endpoint's side", text(usual.idle()))
                .containsEntry("per try", text(usual.perTry()))
                .containsEntry("request", text(usual.request()))
                .containsEntry("stream", text(usual.lasting().stream()))
                .containsEntry("tunnel", text(usual.lasting().tunnel()))
                .containsEntry("tunnel idle", text(usual.lasting().tunnelIdle()))
                .containsEntry("linger", text(Duration.ofNanos(Lingering.NANOS)) + ", 4 MiB")
                .containsEntry("pooled", text(Pooling.usual().idle()));
    }

    private static String text(Duration duration) {
        if (duration.isZero()) {
            return "none";
        }
        if (duration.toMinutes() >= 60 && duration.toSecondsPart() == 0) {
            return duration.toHours() + " h";
        }
        return duration.toSeconds() >= 120
                ? duration.toMinutes() + " min"
                : duration.toSeconds() + " s";
    }

    @Test
    void eachHasATestThatShowsIt() throws Exception {
        List<String> missing = new ArrayList<>();
        for (List<String> row : rows()) {
            String[] test = row.getLast().replace("`", "").split("#", -1);
            if (test.length != 2 || !exists(test[0], test[1])) {
                missing.add(row.getFirst());
            }
        }
        assertThat(rows()).hasSizeGreaterThan(15);
        assertThat(missing).as("timeouts without a test").isEmpty();
    }

    private static boolean exists(String test, String method) {
        return List.of("proxy", "http", "tls", "tcp", "control").stream()
                .anyMatch(
                        place -> {
                            try {
                                Class<?> found =
                                        Class.forName("dev.weft.dataplane." + place + "." + test);
                                return Arrays.stream(found.getDeclaredMethods())
                                        .anyMatch(
                                                it ->
                                                        it.getName().equals(method)
                                                                && (it.isAnnotationPresent(
                                                                                Test.class)
                                                                        || it.isAnnotationPresent(
                                                                                ParameterizedTest
                                                                                        .class)));
                            } catch (ClassNotFoundException e) {
                                return false;
                            }
                        });
    }

    // ---- the caller's side

    @Test
    void aHandshakeThatTakesTooLongEndsTheConnection() throws Exception {
        var clock = Clock.system();
        var loops = new Loops("handshake", 1, clock);
        var securing = new Securing(Optional.empty(), clock);
        var certificate =
                TlsFixture.certificate(
                        TlsFixture.identity(TlsFixture.authority("Test"), "a.example"),
                        "a.example");
        try (loops;
                ServerTls tls = securing.server(TlsFixture.server(certificate));
                var acceptor =
                        Acceptor.bind(
                                loops,
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                                (channel, loop) ->
                                        channel.pipeline()
                                                .addLast(new ServerHandshake(tls, loop, SHORT)));
                var silent = RawClient.to(acceptor.address());
                var halting = RawClient.to(acceptor.address())) {
            halting.send(new byte[] {22, 3, 1, 2, 0, 1, 0});
            assertThat(silent.closes()).isTrue();
            assertThat(halting.closes()).isTrue();
            assertThat(securing.handshakes().read(Handshakes.Side.SERVER).failed()).isEqualTo(2);
        }
    }

    @Test
    void aConnectionWithoutARequestIsClosed() throws Exception {
        ProxyFixture proxy =
                proxy(
                        ServerLimits.usual()
                                .withTimes(Duration.ofSeconds(10), SHORT, Duration.ofSeconds(10)));
        proxy.routeTo(proxy.named("blue"));
        RawClient client = proxy.client();
        assertThat(client.get("/").answer().body()).isEqualTo("blue");
        assertThat(client.closes()).isTrue();
        assertThat(proxy.client().closes()).isTrue();
    }

    @Test
    void aCallerWhoReadsNothingIsCut() throws Exception {
        ProxyFixture proxy =
                proxy(
                        ServerLimits.usual()
                                .withTimes(
                                        Duration.ofSeconds(10),
                                        Duration.ofSeconds(10),
                                        Duration.ofMillis(500)));
        Origin origin =
                proxy.origin(
                        talk -> {
                            talk.request();
                            talk.send("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n");
                            byte[] some = new byte[64 * 1024];
                            while (true) {
                                talk.socket().getOutputStream().write(some);
                            }
                        });
        proxy.routeTo(origin);
        RawClient client = proxy.client();
        client.get("/");
        Eventually.eventually("the answer is on its way", () -> origin.open() == 1);
        Eventually.eventually("the endpoint is let go", () -> origin.open() == 0);
    }

    @Test
    void aRefusedCallerWhoSaysNoMoreIsHeardForAWhile() throws Exception {
        ProxyFixture proxy = proxy();
        proxy.apply();
        RawClient client = proxy.client();
        client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nbegun");
        assertThat(client.answer().field("weft-cause")).isEqualTo("no-route");
        assertThat(proxy.plane.figures().connections()).isEqualTo(1);
        Eventually.eventually(
                "the connection is closed", () -> proxy.plane.figures().connections() == 0);
    }

    /** Informational answers are small, many, and come before anything is limited by its length. */
    @Test
    void aCallerWhoReadsNoInformationalAnswersHoldsNothing() throws Exception {
        ProxyFixture proxy = proxy();
        Origin origin =
                proxy.origin(
                        talk -> {
                            while (talk.request() != null) {
                                for (int i = 0; i < 16; i++) {
                                    talk.send(
                                            "HTTP/1.1 103 Early Hints\r\nLink: "
                                                    + "x".repeat(3000)
                                                    + "\r\n\r\n");
                                }
                                talk.answer("end");
                            }
                        });
        proxy.routeTo(origin);
        var stalled = new Socket();
        proxy.closing(stalled);
        stalled.setReceiveBufferSize(4096);
        stalled.connect(proxy.plane.edges().getFirst());
        var client = new RawClient(stalled);
        long before = proxy.plane.buffers().used();
        for (int i = 0; i < 40; i++) {
            client.get("/");
        }
        // two megabytes of informational answers are wanted, of which few are begun
        Eventually.eventually("it is under way", () -> !origin.requests().isEmpty());
        RawClient other = proxy.client();
        for (int i = 0; i < 20; i++) {
            other.get("/");
            for (int k = 0; k < 16; k++) {
                assertThat(other.answer().status()).isEqualTo(103);
            }
            assertThat(other.answer().body()).isEqualTo("end");
        }
        assertThat(proxy.plane.buffers().used() - before).isLessThan(512 * 1024);
    }

    // ---- the endpoint's side

    @Test
    void aConnectionThatDoesNotComeAboutIsGivenUp() throws Exception {
        ProxyFixture proxy = proxy();
        List<Socket> filling = new ArrayList<>();
        try (var full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            // the kernel takes no more for a listener whose queue is full
            for (int i = 0; i < 4; i++) {
                var one = new Socket();
                filling.add(one);
                try {
                    one.connect(full.getLocalSocketAddress(), 100);
                } catch (IOException e) {
                    break;
                }
            }
            proxy.routeTo(
                    ProxyFixture.endpoints(
                            "default/full", new Address("127.0.0.1", full.getLocalPort())),
                    Policy.usual().withTimeouts(Timeouts.usual().withConnect(SHORT)));
            RawClient.Answer answer = proxy.client().get("/").answer();
            assertThat(answer.status()).isEqualTo(504);
            assertThat(answer.field("weft-cause")).isEqualTo("connect-timeout");
        } finally {
            for (Socket one : filling) {
                one.close();
            }
        }
    }

    @Test
    void aPooledConnectionWithoutARequestIsClosed() throws Exception {
        ProxyFixture proxy = proxy();
        Origin origin = proxy.named("blue");
        Pooling usual = Pooling.usual();
        var pooling = new Pooling(usual.connections(), usual.pending(), 0, SHORT, Duration.ZERO, 0);
        proxy.routeTo(
                ProxyFixture.endpoints("default/blue", origin.address())
                        .withTerms(Cluster.usual().withPooling(pooling)));
        assertThat(proxy.client().get("/").answer().body()).isEqualTo("blue");
        Eventually.eventually("it is closed", () -> origin.open() == 0);
    }

    @Test
    void aBodyThatTheEndpointDoesNotTakeIsGivenUp() throws Exception {
        ProxyFixture proxy = proxy();
        Origin origin =
                proxy.origin(
                        talk -> {
                            talk.requestHead();
                            done.acquireUninterruptibly();
                        });
        proxy.routeTo(
                ProxyFixture.endpoints("default/blue", origin.address()),
                Policy.usual().withTimeouts(Timeouts.usual().withIdle(Duration.ofMillis(500))));
        RawClient client = proxy.client();
        Thread sending =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        client.send(
                                                "PUT / HTTP/1.1\r\nHost: a\r\n"
                                                        + "Content-Length: 100000000\r\n\r\n");
                                        client.send(new byte[100_000_000]);
                                    } catch (IOException e) {
                                        // the proxy took no more
                                    }
                                });
        assertThat(client.answer().field("weft-cause")).isEqualTo("request-stalled");
        client.close();
        sending.join();
        done.release();
    }
}
