package dev.weft.dataplane.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.http.Headers;
import dev.weft.dataplane.http.ServerLimits;
import dev.weft.dataplane.http2.RawPeer;
import dev.weft.dataplane.http2.frame.ErrorCode;
import dev.weft.dataplane.http2.frame.FrameType;
import dev.weft.dataplane.route.Refusal;
import dev.weft.dataplane.service.Call;
import dev.weft.dataplane.tls.TlsFixture;
import dev.weft.dataplane.tls.TlsIdentity;
import dev.weft.foundation.certificate.Authority;
import dev.weft.foundation.certificate.Identity;
import dev.weft.testkit.CollectedFaults;
import dev.weft.testkit.Eventually;
import dev.weft.testkit.NothingLeft;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** HTTP/2 on the platform's own listeners: what clients of the API do with it, and misuse. */
@Timeout(60)
@ExtendWith({NothingLeft.class, NoBufferLeaks.class})
class ControlServerHttp2Test {
    private static final int WATCHES = 60;

    private final CollectedFaults faults = new CollectedFaults();
    private final Authority authority = TlsFixture.authority("control");
    private final CountDownLatch go = new CountDownLatch(1);
    private final AtomicInteger gone = new AtomicInteger();
    private ControlServer secure;
    private ControlServer clear;

    @BeforeEach
    void start() throws IOException {
        Identity self = TlsFixture.identity(authority, "localhost");
        var shown = new TlsIdentity(self.key(), self.chain(), List.of(authority.certificate()));
        secure = serve(Optional.of(shown));
        clear = serve(Optional.empty());
    }

    private ControlServer serve(Optional<TlsIdentity> tls) throws IOException {
        return ControlServer.start(
                "test",
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                tls,
                this::handle,
                ServerLimits.usual(),
                faults);
    }

    @AfterEach
    void stop() {
        go.countDown();
        secure.close();
        clear.close();
        assertThat(secure.connections() + clear.connections()).isZero();
        faults.expectNone();
    }

    private void handle(Call call) throws IOException {
        switch (call.path()) {
            case "/watch" -> {
                call.onClientGone(gone::incrementAndGet);
                try (OutputStream out = call.stream(200, Headers.none())) {
                    out.write(text("first\n"));
                    out.flush();
                    await();
                    out.write(text("second\n"));
                }
            }
            case "/list" -> call.answer(200, Headers.none(), new byte[5_000_000]);
            case "/echo" -> call.answer(200, Headers.none(), call.body().readAllBytes());
            case "/none" -> call.refuse(new Refusal(404, "no-route", "", "Not 100 % here."));
            default -> call.answer(200, Headers.none(), text(who(call)));
        }
    }

    @Test
    void whatAHandlerRefusesIsToldInTheCallersLanguage() throws Exception {
        try (RawPeer peer = RawPeer.to(clear.address())) {
            peer.headers(1, true, asking("content-type", "application/grpc"));
            RawPeer.Message call = peer.message(1);
            assertThat(call.head())
                    .containsEntry(":status", "200")
                    .containsEntry("grpc-status", "12")
                    .containsEntry("grpc-message", "Not 100 %25 here.")
                    .containsEntry("weft-cause", "no-route");
            assertThat(call.body()).isEmpty();
            peer.headers(3, true, asking("accept", "application/json"));
            assertThat(peer.message(3).body()).contains("\"cause\":\"no-route\"");
            peer.headers(5, true, asking("accept", "*/*"));
            RawPeer.Message plain = peer.message(5);
            assertThat(plain.status()).isEqualTo("404");
            assertThat(plain.body()).isEqualTo("Not 100 % here.\n(weft-cause: no-route)\n");
        }
    }

    private static String[] asking(String name, String value) {
        return new String[] {
            ":method", "POST", ":scheme", "http", ":authority", "a", ":path", "/none", name, value
        };
    }

    private static String who(Call call) {
        return call.peer()
                .certificate()
                .map(it -> it.getSubjectX500Principal().getName())
                .orElse("nobody");
    }

    private void await() {
        try {
            if (!go.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody said go");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private HttpClient client() throws Exception {
        Identity me = TlsFixture.identity(authority, "me");
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_2)
                .sslContext(TlsFixture.client(authority, me))
                .build();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                URI.create("https://127.0.0.1:" + secure.address().getPort() + path));
    }

    private static BufferedReader lines(InputStream body) {
        return new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }

    @Test
    void manyWatchesAndALongListShareOneConnection() throws Exception {
        try (HttpClient client = client()) {
            var who = client.send(request("/").build(), HttpResponse.BodyHandlers.ofString());
            assertThat(who.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(who.body()).contains("CN=me");
            List<CompletableFuture<HttpResponse<InputStream>>> asked = new ArrayList<>();
            for (int i = 0; i < WATCHES; i++) {
                asked.add(
                        client.sendAsync(
                                request("/watch").build(),
                                HttpResponse.BodyHandlers.ofInputStream()));
            }
            List<BufferedReader> watches = new ArrayList<>();
            for (var one : asked) {
                BufferedReader watch = lines(one.get().body());
                assertThat(watch.readLine()).isEqualTo("first");
                watches.add(watch);
            }
            byte[] list =
                    client.send(request("/list").build(), HttpResponse.BodyHandlers.ofByteArray())
                            .body();
            assertThat(list).hasSize(5_000_000);
            assertThat(secure.connections()).isEqualTo(1);
            go.countDown();
            for (BufferedReader watch : watches) {
                assertThat(watch.readLine()).isEqualTo("second");
                assertThat(watch.readLine()).isNull();
            }
        }
    }

    @Test
    void aBodyIsReadWhole() throws Exception {
        try (HttpClient client = client()) {
            byte[] body = new byte[1_000_000];
            body[999_999] = 7;
            var answer =
                    client.send(
                            request("/echo")
                                    .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                                    .build(),
                            HttpResponse.BodyHandlers.ofByteArray());
            assertThat(answer.body()).isEqualTo(body);
        }
    }

    @Test
    void aWatchThatIsLeftEndsItsHandlerAndNoOther() throws Exception {
        try (RawPeer peer = overTls("h2")) {
            peer.get(1, "/watch").get(3, "/watch");
            assertThat(peer.await(FrameType.DATA, 1).text()).isEqualTo("first\n");
            assertThat(peer.await(FrameType.DATA, 3).text()).isEqualTo("first\n");
            peer.reset(1, ErrorCode.CANCEL);
            Eventually.eventually("the handler of the watch knows", () -> gone.get() == 1);
            go.countDown();
            assertThat(peer.await(FrameType.DATA, 3).text()).isEqualTo("second\n");
            assertThat(gone.get()).isEqualTo(1);
        }
    }

    @Test
    void aListThatIsNotReadHoldsUpNobodyElse() throws Exception {
        try (RawPeer peer = overTls("h2").withoutCredit()) {
            peer.get(1, "/list");
            int got = 0;
            while (got < 65_535) {
                got += peer.await(FrameType.DATA, 1).payload().length;
            }
            assertThat(got).isEqualTo(65_535);
            peer.window(0, 1 << 20).get(3, "/");
            assertThat(peer.message(3).body()).isEqualTo("nobody");
            peer.window(1, 1 << 23);
            peer.window(0, 1 << 23);
            assertThat(peer.message(1).body()).hasSize(5_000_000 - got);
        }
    }

    @Test
    void streamsAreBounded() throws Exception {
        try (RawPeer peer = overTls("h2")) {
            assertThat(peer.await(FrameType.SETTINGS).payload())
                    .startsWith(new byte[] {0, 3, 0, 0, 0, (byte) 128});
            for (int i = 0; i < 128; i++) {
                peer.get(1 + 2 * i, "/watch");
            }
            peer.get(257, "/");
            assertThat(peer.await(FrameType.RST_STREAM, 257).code())
                    .isEqualTo(ErrorCode.REFUSED_STREAM);
        }
    }

    @Test
    void floodsEndInGoodbye() throws Exception {
        try (RawPeer peer = overTls("h2")) {
            byte[] ping = RawPeer.bytes(FrameType.PING, 0, 0, new byte[8]);
            try {
                for (int i = 0; i < 5000; i++) {
                    peer.raw(ping);
                }
            } catch (IOException e) {
                // closed meanwhile
            }
            try {
                assertThat(peer.goodbye().code()).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM);
            } catch (AssertionError e) {
                // a reset may overtake the good-bye when much was still on its way
                assertThat(e).hasMessage("closed without GOAWAY");
            }
        }
    }

    @Test
    void aClientMayStayWithHttp1() throws Exception {
        try (SSLSocket socket = socket("http/1.1")) {
            socket.getOutputStream()
                    .write(text("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
            assertThat(lines(socket.getInputStream()).readLine()).isEqualTo("HTTP/1.1 200 OK");
            assertThat(socket.getApplicationProtocol()).isEqualTo("http/1.1");
        }
    }

    @Test
    void whoKnowsSpeaksHttp2InClear() throws Exception {
        try (RawPeer peer = RawPeer.to(clear.address())) {
            peer.get(1, "/");
            assertThat(peer.message(1).body()).isEqualTo("nobody");
        }
    }

    @Test
    void aStopLetsAnswersEndThatWereBegun() throws Exception {
        try (RawPeer peer = overTls("h2")) {
            peer.get(1, "/watch");
            assertThat(peer.await(FrameType.DATA, 1).text()).isEqualTo("first\n");
            Thread draining = Thread.ofVirtual().start(() -> secure.drain(Duration.ofSeconds(30)));
            assertThat(peer.await(FrameType.GOAWAY).lastStream()).isEqualTo(Integer.MAX_VALUE);
            assertThat(peer.await(FrameType.GOAWAY).lastStream()).isEqualTo(1);
            go.countDown();
            assertThat(peer.await(FrameType.DATA, 1).text()).isEqualTo("second\n");
            assertThat(peer.closes()).isTrue();
            draining.join();
        }
    }

    private SSLSocket socket(String protocol) throws Exception {
        var socket =
                (SSLSocket)
                        TlsFixture.client(authority, null)
                                .getSocketFactory()
                                .createSocket("127.0.0.1", secure.address().getPort());
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {protocol});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private RawPeer overTls(String protocol) throws Exception {
        return RawPeer.over(socket(protocol));
    }
}
