package dev.weft.app.client;

import dev.weft.app.data.Kubeconfig;
import dev.weft.foundation.certificate.Identity;
import dev.weft.foundation.certificate.Pem;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** TLS that trusts one kubeconfig's authority and shows its certificate. Any thread. */
final class Trust {
    private Trust() {}

    static SSLSocketFactory sockets(Kubeconfig config) {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            int count = 0;
            for (X509Certificate authority : Pem.parseCertificates(config.authority())) {
                trusted.setCertificateEntry("authority-" + count++, authority);
            }
            var trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(trusted);
            var self =
                    new Identity(
                            Pem.parseKey(config.key()),
                            Pem.parseCertificates(config.certificate()));
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(new KeyManager[] {new OneKey(self)}, trust.getTrustManagers(), null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this JDK makes no TLS of the kubeconfig", e);
        }
    }

    /** Shows the same certificate to whoever asks. */
    private static final class OneKey extends X509ExtendedKeyManager {
        private static final String ALIAS = "self";

        private final Identity self;

        OneKey(Identity self) {
            this.self = self;
        }

        @Override
        public String[] getClientAliases(String type, Principal @Nullable [] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public String chooseClientAlias(
                String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return ALIAS;
        }

        @Override
        public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseServerAlias(
                String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return self.chain().toArray(X509Certificate[]::new);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return self.key();
        }
    }
}
