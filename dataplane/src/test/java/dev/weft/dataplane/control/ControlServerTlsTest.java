package dev.weft.dataplane.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.dataplane.NoBufferLeaks;
import dev.weft.dataplane.http.Headers;
import dev.weft.dataplane.http.RawClient;
import dev.weft.dataplane.http.ServerLimits;
import dev.weft.dataplane.service.Call;
import dev.weft.dataplane.tls.TlsIdentity;
import dev.weft.foundation.certificate.Authority;
import dev.weft.foundation.certificate.Identity;
import dev.weft.foundation.certificate.SubjectNames;
import dev.weft.foundation.time.Clock;
import dev.weft.testkit.CollectedFaults;
import dev.weft.testkit.NothingLeft;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@Timeout(30)
@ExtendWith({NothingLeft.class, NoBufferLeaks.class})
class ControlServerTlsTest {
    private static final Duration YEAR = Duration.ofDays(365);

    private final CollectedFaults faults = new CollectedFaults();
    private final Authority authority = authority("one");
    private ControlServer server;

    private static Authority authority(String name) {
        return Authority.create(name, YEAR, Clock.system(), new SecureRandom());
    }

    @BeforeEach
    void start() throws IOException {
        Identity identity = authority.issueServer("api", SubjectNames.loopback(), YEAR);
        server =
                ControlServer.start(
                        "test",
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        Optional.of(
                                new TlsIdentity(
                                        identity.key(),
                                        identity.chain(),
                                        List.of(authority.certificate()))),
                        ControlServerTlsTest::handle,
                        ServerLimits.usual(),
                        faults);
    }

    @AfterEach
    void stop() {
        server.close();
        faults.expectNone();
    }

    private static void handle(Call call) throws IOException {
        String who =
                call.peer()
                        .certificate()
                        .map(c -> c.getSubjectX500Principal().getName())
                        .orElse("nobody");
        byte[] body =
                call.path().equals("/large")
                        ? new byte[2_000_000]
                        : who.getBytes(StandardCharsets.UTF_8);
        call.answer(200, Headers.none(), body);
    }

    private RawClient client(Optional<Identity> shows) throws Exception {
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        KeyStore mine = KeyStore.getInstance("PKCS12");
        mine.load(null, null);
        if (shows.isPresent()) {
            mine.setKeyEntry(
                    "me",
                    shows.get().key(),
                    new char[0],
                    shows.get().chain().toArray(new X509Certificate[0]));
        }
        keys.init(mine, new char[0]);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("authority", authority.certificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return new RawClient(
                context.getSocketFactory().createSocket("127.0.0.1", server.address().getPort()));
    }

    @Test
    void servesACallerWithoutCertificate() throws Exception {
        try (RawClient client = client(Optional.empty())) {
            assertThat(client.get("/").answer().body()).isEqualTo("nobody");
            assertThat(client.get("/large").answer().bytes()).hasSize(2_000_000);
        }
    }

    @Test
    void knowsACallerByItsCertificate() throws Exception {
        Identity admin = authority.issueClient("admin", List.of("system:masters"), YEAR);
        try (RawClient client = client(Optional.of(admin))) {
            assertThat(client.get("/").answer().body())
                    .contains("CN=admin")
                    .contains("O=system:masters");
        }
    }

    @Test
    void refusesACertificateOfAnotherAuthority() throws Exception {
        // the same name, since a client shows nothing to an authority that it has never heard of
        Identity stranger = authority("one").issueClient("admin", List.of("system:masters"), YEAR);
        assertThatThrownBy(
                        () -> {
                            try (RawClient client = client(Optional.of(stranger))) {
                                client.get("/").answer();
                            }
                        })
                .isInstanceOf(IOException.class);
    }

    @Test
    void survivesACallerWhoDoesNotSpeakTls() throws Exception {
        try (RawClient plain = RawClient.to(server.address())) {
            plain.get("/");
            assertThat(plain.closes()).isTrue();
        }
        try (RawClient client = client(Optional.empty())) {
            assertThat(client.get("/").answer().status()).isEqualTo(200);
        }
    }
}
