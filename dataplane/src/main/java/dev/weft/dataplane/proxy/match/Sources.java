package dev.weft.dataplane.proxy.match;

import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Peer;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which workload a request comes from: by the address that calls, or by the names in its client
 * certificate. Any thread; {@link #set} by whoever applies a snapshot.
 */
public final class Sources {
    private volatile Map<String, String> byAddress = Map.of();

    public void set(Map<String, String> next) {
        byAddress = next;
    }

    boolean isOneOf(Set<String> names, Exchange exchange) {
        String ip = new String(exchange.callerIp(), StandardCharsets.ISO_8859_1);
        String name = byAddress.get(ip);
        if (name != null && names.contains(name)) {
            return true;
        }
        for (String identity : identities(exchange.peer())) {
            if (names.contains(identity)) {
                return true;
            }
        }
        return false;
    }

    /** The names in a client certificate: URIs and DNS names. */
    private static List<String> identities(Peer peer) {
        return peer.certificate().map(Sources::names).orElse(List.of());
    }

    private static List<String> names(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? List.of()
                    : names.stream()
                            .filter(name -> name.get(1) instanceof String)
                            .map(name -> (String) name.get(1))
                            .toList();
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }
}
