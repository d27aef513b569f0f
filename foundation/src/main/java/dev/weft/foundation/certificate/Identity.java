package dev.weft.foundation.certificate;

import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What one end of a connection shows and proves: a private key and the certificates from its own up
 * to, not including, the authority's.
 */
public record Identity(PrivateKey key, List<X509Certificate> chain) {
    public Identity {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("certificates: 0 (expected: at least its own)");
        }
    }

    public static Identity load(Path keyFile, Path certificateFile) {
        return new Identity(Pem.readKey(keyFile), Pem.readCertificates(certificateFile));
    }

    /** The certificate of the key. */
    public X509Certificate certificate() {
        return chain.getFirst();
    }

    public String keyPem() {
        return Pem.write(key);
    }

    public String chainPem() {
        return Pem.write(chain);
    }

    /** Writes both files so that only their owner can read them. */
    public void save(Path keyFile, Path certificateFile) {
        Pem.save(keyFile, keyPem());
        Pem.save(certificateFile, chainPem());
    }

    /** Never shows the key. */
    @Override
    public String toString() {
        return "Identity[" + certificate().getSubjectX500Principal().getName() + "]";
    }
}
