package dev.weft.dataplane.tls;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Who a TLS server is, and whose client certificates it believes.
 *
 * @param chain the server's certificate first, then what signed it
 * @param clientAuthorities a client may show a certificate; one that none of these signed fails the
 *     handshake. Empty: no certificate is asked for
 */
public record TlsIdentity(
        PrivateKey key, List<X509Certificate> chain, List<X509Certificate> clientAuthorities) {
    public TlsIdentity {
        chain = List.copyOf(chain);
        clientAuthorities = List.copyOf(clientAuthorities);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("chain is empty (expected: a certificate)");
        }
    }

    /** Keeps the key out of logs. */
    @Override
    public String toString() {
        return "TlsIdentity[" + chain.getFirst().getSubjectX500Principal() + "]";
    }
}
