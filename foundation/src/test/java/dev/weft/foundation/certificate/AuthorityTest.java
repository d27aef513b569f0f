package dev.weft.foundation.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.foundation.time.Clock;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AuthorityTest {
    private static final Duration YEAR = Duration.ofDays(365);

    private final SecureRandom random = new SecureRandom();
    private final Authority authority =
            Authority.create("weft test authority", YEAR, Clock.system(), random);

    @Test
    void signsItsOwnCertificateAsAnAuthorityOfLeavesOnly() throws Exception {
        X509Certificate certificate = authority.certificate();

        certificate.verify(certificate.getPublicKey());
        assertThat(certificate.getVersion()).isEqualTo(3);
        assertThat(certificate.getBasicConstraints()).isZero();
        assertThat(certificate.getKeyUsage()).containsSequence(true);
        assertThat(certificate.getKeyUsage()[5]).as("may sign certificates").isTrue();
        assertThat(certificate.getCriticalExtensionOIDs())
                .containsExactlyInAnyOrder("2.5.29.15", "2.5.29.19");
    }

    @Test
    void issuesServersWithTheirNamesAndNothingMore() throws Exception {
        var names =
                new SubjectNames(
                        List.of("localhost", "*.svc.cluster.local"),
                        List.of(InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("::1")));

        X509Certificate certificate = authority.issueServer("api", names, YEAR).certificate();

        certificate.verify(authority.certificate().getPublicKey());
        assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(certificate.getSubjectAlternativeNames())
                .containsExactlyInAnyOrder(
                        List.of(2, "localhost"),
                        List.of(2, "*.svc.cluster.local"),
                        List.of(7, "127.0.0.1"),
                        List.of(7, "0:0:0:0:0:0:0:1"));
    }

    @Test
    void issuesClientsWithNameAndGroups() throws Exception {
        X509Certificate certificate =
                authority
                        .issueClient("admin", List.of("system:masters", "ops"), YEAR)
                        .certificate();

        assertThat(certificate.getSubjectX500Principal().getName())
                .isEqualTo("CN=admin,O=ops,O=system:masters");
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
        assertThat(certificate.getSubjectAlternativeNames()).isNull();
    }

    @Test
    void everySerialIsNewAndPositive() {
        var one = authority.issueClient("a", List.of(), YEAR).certificate().getSerialNumber();
        var other = authority.issueClient("a", List.of(), YEAR).certificate().getSerialNumber();

        assertThat(one).isNotEqualTo(other).isPositive();
        assertThat(one.bitLength()).isEqualTo(127);
    }

    @Test
    void isValidFromShortlyBeforeNowAlsoBeyond2050() {
        Instant now = Instant.parse("2049-06-01T12:00:00.5Z");
        Authority later = Authority.create("later", YEAR, fixed(now), random);

        assertThat(later.certificate().getNotBefore().toInstant())
                .isEqualTo("2049-06-01T11:55:00Z");
        assertThat(later.certificate().getNotAfter().toInstant()).isEqualTo("2050-06-01T12:00:00Z");
    }

    @Test
    void comesBackFromItsFilesWhichOnlyTheOwnerReads(@TempDir Path directory) throws Exception {
        Path key = directory.resolve("ca.key");
        Path certificate = directory.resolve("ca.crt");
        authority.save(key, certificate);

        Authority again = Authority.load(key, certificate, Clock.system(), random);

        assertThat(again.certificate()).isEqualTo(authority.certificate());
        again.issueClient("x", List.of(), YEAR)
                .certificate()
                .verify(authority.certificate().getPublicKey());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
    }

    @Test
    void saysWhatIsWrongWithAFile(@TempDir Path directory) throws Exception {
        Path broken = Files.writeString(directory.resolve("broken.pem"), "no pem at all");
        Path cut = Files.writeString(directory.resolve("cut.pem"), "-----BEGIN CERTIFICATE-----");

        assertThatThrownBy(() -> Identity.load(broken, broken))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining(
                        "broken.pem: private keys in PEM: 0 (expected: 1, not encrypted, of EC, RSA"
                                + " or PKCS#8)");
        assertThatThrownBy(() -> Pem.readCertificates(cut))
                .hasMessageContaining("cut.pem: '-----BEGIN CERTIFICATE-----' without");
    }

    @Test
    void neverShowsItsKeyInText() {
        Identity identity = authority.issueClient("admin", List.of(), YEAR);

        assertThat(identity.toString()).isEqualTo("Identity[CN=admin]");
    }

    @Test
    void bothEndsOfAConnectionProveWhoTheyAre() throws Exception {
        Identity server = authority.issueServer("server", SubjectNames.loopback(), YEAR);
        Identity client = authority.issueClient("admin", List.of("system:masters"), YEAR);

        try (var listener =
                (SSLServerSocket)
                        context(server)
                                .getServerSocketFactory()
                                .createServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            listener.setNeedClientAuth(true);
            var seen = new String[1];
            Thread accepting =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try (var socket = (SSLSocket) listener.accept()) {
                                            seen[0] =
                                                    socket.getSession()
                                                            .getPeerPrincipal()
                                                            .getName();
                                            socket.getOutputStream().write(1);
                                        } catch (java.io.IOException e) {
                                            seen[0] = e.toString();
                                        }
                                    });
            try (var socket =
                    (SSLSocket)
                            context(client)
                                    .getSocketFactory()
                                    .createSocket("localhost", listener.getLocalPort())) {
                var parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
                assertThat(socket.getInputStream().read()).isEqualTo(1);
            }
            accepting.join();
            assertThat(seen[0]).isEqualTo("CN=admin,O=system:masters");
        }
    }

    private SSLContext context(Identity identity) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry(
                "self",
                identity.key(),
                new char[0],
                identity.chain().toArray(X509Certificate[]::new));
        var keyManagers = KeyManagerFactory.getInstance("PKIX");
        keyManagers.init(keys, new char[0]);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("authority", authority.certificate());
        var trustManagers = TrustManagerFactory.getInstance("PKIX");
        trustManagers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), random);
        return context;
    }

    private static Clock fixed(Instant now) {
        return new Clock() {
            @Override
            public Instant now() {
                return now;
            }

            @Override
            public long nanos() {
                return 0;
            }
        };
    }
}
