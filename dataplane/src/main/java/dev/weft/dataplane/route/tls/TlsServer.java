package dev.weft.dataplane.route.tls;

import java.util.List;

/**
 * How TLS is taken off at a listener.
 *
 * @param certificates by server name; the first one where a client names nobody that is known
 * @param clients whether a client shows a certificate
 * @param clientAuthorities who may have signed it, in PEM
 * @param alpn what is offered, the dearest first: {@code h2}, {@code http/1.1}; none: nothing
 */
public record TlsServer(
        List<Certificate> certificates,
        Clients clients,
        List<String> clientAuthorities,
        List<String> alpn) {
    /** Whether a client shows a certificate. */
    public enum Clients {
        /** It is not asked. */
        ANYONE,
        /** It may show one; one that does not hold fails the handshake. */
        MAY,
        /** It must. */
        MUST,
        /** It may show any, which is not verified. */
        UNVERIFIED
    }

    public TlsServer {
        certificates = List.copyOf(certificates);
        clientAuthorities = List.copyOf(clientAuthorities);
        alpn = List.copyOf(alpn);
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException("certificates: none (expected: one or more)");
        }
        if (clientAuthorities.isEmpty() && (clients == Clients.MAY || clients == Clients.MUST)) {
            throw new IllegalArgumentException(
                    "clientAuthorities: none (expected: whoever signs the clients' certificates)");
        }
    }

    /** For HTTP, without client certificates. */
    public static TlsServer of(List<Certificate> certificates) {
        return new TlsServer(certificates, Clients.ANYONE, List.of(), List.of("h2", "http/1.1"));
    }
}
