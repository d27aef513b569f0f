package dev.weft.dataplane.tls;

import dev.weft.dataplane.route.tls.Certificate;
import dev.weft.dataplane.route.tls.TlsServer;
import dev.weft.dataplane.route.tls.TlsServer.Clients;
import dev.weft.foundation.certificate.Authority;
import dev.weft.foundation.certificate.Identity;
import dev.weft.foundation.certificate.SubjectNames;
import dev.weft.foundation.time.Clock;
import java.net.InetAddress;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Authorities and certificates for tests, and the JDK's client that believes them. */
public final class TlsFixture {
    private static final Duration DAY = Duration.ofDays(1);

    private TlsFixture() {}

    public static Authority authority(String name) {
        return Authority.create(name, DAY, Clock.system(), new SecureRandom());
    }

    /** For both ends of a connection, with names of both kinds. */
    public static Identity identity(Authority authority, String dns, String... uris) {
        return authority.issuePeer(
                dns,
                new SubjectNames(
                        List.of(dns), List.of(InetAddress.ofLiteral("127.0.0.1")), List.of(uris)),
                DAY);
    }

    /** One that has expired already. */
    public static Identity expired(Authority authority, String dns) {
        return authority.issuePeer(
                dns, new SubjectNames(List.of(dns), List.of()), Duration.ofMinutes(-1));
    }

    /** As a snapshot carries it. */
    public static Certificate certificate(Identity identity, String... names) {
        return new Certificate(Set.of(names), identity.chainPem(), identity.keyPem());
    }

    public static TlsServer server(Certificate... certificates) {
        return new TlsServer(List.of(certificates), Clients.ANYONE, List.of(), List.of("http/1.1"));
    }

    public static TlsServer server(Clients clients, Authority of, Certificate... certificates) {
        return new TlsServer(
                List.of(certificates), clients, List.of(of.certificatePem()), List.of("http/1.1"));
    }

    /** The JDK's client. */
    public static SSLContext client(Authority trusted, @Nullable Identity shows) throws Exception {
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        KeyStore mine = KeyStore.getInstance("PKCS12");
        mine.load(null, null);
        if (shows != null) {
            mine.setKeyEntry(
                    "me", shows.key(), new char[0], shows.chain().toArray(new X509Certificate[0]));
        }
        keys.init(mine, new char[0]);
        KeyStore others = KeyStore.getInstance("PKCS12");
        others.load(null, null);
        others.setCertificateEntry("authority", trusted.certificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(others);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
