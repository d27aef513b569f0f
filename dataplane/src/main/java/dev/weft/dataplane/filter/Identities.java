package dev.weft.dataplane.filter;

import dev.weft.dataplane.service.Peer;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;

/** The names in a client's certificate: URIs and DNS names. Pure. */
public final class Identities {
    private Identities() {}

    public static List<String> of(Peer peer) {
        return peer.certificate().map(Identities::names).orElse(List.of());
    }

    /** Empty where there is none. */
    public static String first(Peer peer) {
        List<String> all = of(peer);
        return all.isEmpty() ? "" : all.getFirst();
    }

    private static List<String> names(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? List.of()
                    : names.stream()
                            .map(name -> name.get(1))
                            .filter(String.class::isInstance)
                            .map(String.class::cast)
                            .toList();
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }
}
