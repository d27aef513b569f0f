package dev.weft.dataplane.tls;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Whether a server asks its clients for certificates, and which it believes.
 *
 * @param authorities who may have signed them; none, for {@link Asking#ANY}: no certificate proves
 *     anything
 */
record ClientTrust(Asking asking, List<X509Certificate> authorities) {
    /** What a client has to show. */
    public enum Asking {
        NEVER,
        /** None, or one that an authority signed; any other fails the handshake. */
        OPTIONAL,
        /** One that an authority signed. */
        REQUIRED,
        /**
         * Whatever it likes: one that no authority signed is let in and counts as none, since it
         * proves nothing.
         */
        ANY
    }

    private static final ClientTrust NOBODY = new ClientTrust(Asking.NEVER, List.of());

    public ClientTrust {
        authorities = List.copyOf(authorities);
        if (authorities.isEmpty() && (asking == Asking.OPTIONAL || asking == Asking.REQUIRED)) {
            throw new IllegalArgumentException(
                    "authorities is empty (expected: a certificate, for clients to be believed)");
        }
    }

    /** Asks for no certificate. */
    public static ClientTrust nobody() {
        return NOBODY;
    }
}
