package dev.weft.dataplane.route.tls;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How endpoints are spoken to with TLS.
 *
 * @param serverName what is asked for in the handshake, and must stand in the certificate unless
 *     {@code names} says otherwise
 * @param authorities who may have signed it, in PEM; none: those that the system trusts
 * @param names of which one must stand in the certificate instead of the server name: DNS names, or
 *     URIs such as {@code spiffe://a/ns/b/sa/c}
 * @param identity what is shown where the endpoint asks for a certificate; null: nothing
 * @param verify false takes every certificate: for clusters that say so themselves
 */
public record TlsClient(
        String serverName,
        List<String> authorities,
        Set<String> names,
        @Nullable Certificate identity,
        boolean verify) {
    public TlsClient {
        authorities = List.copyOf(authorities);
        names = Set.copyOf(names);
        if (verify && serverName.isEmpty() && names.isEmpty()) {
            throw new IllegalArgumentException(
                    "serverName: empty (expected: a name that the certificate must have)");
        }
    }

    /** Verified by what the system trusts. */
    public static TlsClient of(String serverName) {
        return new TlsClient(serverName, List.of(), Set.of(), null, true);
    }
}
