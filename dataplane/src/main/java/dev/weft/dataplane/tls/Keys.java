package dev.weft.dataplane.tls;

import dev.weft.dataplane.route.tls.Certificate;
import dev.weft.foundation.certificate.CertificateException;
import dev.weft.foundation.certificate.Pem;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** Reads keys and certificates as snapshots carry them. Pure. */
final class Keys {
    private Keys() {}

    /**
     * @throws IllegalArgumentException when the key or a certificate cannot be read, or when the
     *     key is not the certificate's
     */
    static TlsIdentity identity(Certificate certificate) {
        try {
            return new TlsIdentity(
                    Pem.parseKey(certificate.key()),
                    Pem.parseCertificates(certificate.chain()),
                    List.of());
        } catch (CertificateException e) {
            throw new IllegalArgumentException(certificate + ": " + e.getMessage(), e);
        }
    }

    static List<X509Certificate> certificates(List<String> pems) {
        List<X509Certificate> all = new ArrayList<>();
        for (String pem : pems) {
            try {
                all.addAll(Pem.parseCertificates(pem));
            } catch (CertificateException e) {
                throw new IllegalArgumentException("authorities: " + e.getMessage(), e);
            }
        }
        return all;
    }
}
