package dev.weft.app.endtoend;

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
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Authorities, certificates, and the JDK's TLS that uses them. */
final class Certificates {
    private static final Duration DAY = Duration.ofDays(1);

    private Certificates() {}

    static Authority authority(String name) {
        return Authority.create(name, DAY, Clock.system(), new SecureRandom());
    }

    static Identity identity(Authority authority, String name) {
        return authority.issuePeer(
                name,
                new SubjectNames(
                        List.of(name), List.of(InetAddress.ofLiteral("127.0.0.1")), List.of()),
                DAY);
    }

    /**
     * @param shows what this end shows, if it is asked
     */
    static SSLContext context(@Nullable Authority trusted, @Nullable Identity shows)
            throws Exception {
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        KeyStore mine = store();
        if (shows != null) {
            mine.setKeyEntry(
                    "me", shows.key(), new char[0], shows.chain().toArray(new X509Certificate[0]));
        }
        keys.init(mine, new char[0]);
        KeyStore others = store();
        if (trusted != null) {
            others.setCertificateEntry("authority", trusted.certificate());
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(others);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                keys.getKeyManagers(), trusted == null ? null : trust.getTrustManagers(), null);
        return context;
    }

    private static KeyStore store() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
