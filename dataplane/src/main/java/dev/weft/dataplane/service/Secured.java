package dev.weft.dataplane.service;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * What TLS has shown of the other end of a connection.
 *
 * @param serverName whom the client asked for (SNI), in lower case; empty when it did not say
 * @param application what is spoken inside, as ALPN names it; empty when that was not agreed on
 * @param version {@code TLSv1.3}
 * @param resumed whether an earlier session was taken up again
 * @param certificate the other end's, verified; empty when it showed none that is believed
 * @param dnsNames of that certificate
 * @param uris of that certificate, such as SPIFFE names
 */
public record Secured(
        String serverName,
        String application,
        String version,
        boolean resumed,
        Optional<X509Certificate> certificate,
        List<String> dnsNames,
        List<String> uris) {
    public Secured {
        dnsNames = List.copyOf(dnsNames);
        uris = List.copyOf(uris);
    }

    /** Whether HTTP/2 was agreed on. */
    public boolean isHttp2() {
        return application.equals("h2");
    }
}
