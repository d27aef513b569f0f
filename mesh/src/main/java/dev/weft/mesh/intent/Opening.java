package dev.weft.mesh.intent;

import dev.weft.api.model.Key;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A listener of a Gateway: an address that is to be open, and for whom.
 *
 * @param source the Gateway
 * @param section the listener's name
 * @param ips numeric addresses; none: the usual one
 * @param hostname in lower case: exact, {@code *.a.example}, or empty for every name
 */
public record Opening(
        Source source,
        String section,
        List<String> ips,
        int port,
        Protocol protocol,
        String hostname,
        Terminal tls)
        implements Intent {
    public Opening {
        ips = List.copyOf(ips);
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 1 to 65535)");
        }
        if (!hostname.equals(hostname.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("hostname: " + hostname + " (expected: lower case)");
        }
    }

    /** What is spoken. */
    public enum Protocol {
        HTTP,
        HTTPS,
        /** TLS whose content is not looked at, passed on or taken off. */
        TLS,
        TCP
    }

    /**
     * How TLS ends here.
     *
     * @param passthrough it does not: the bytes go on as they are
     * @param certificates Secrets with {@code tls.crt} and {@code tls.key}
     * @param clients ConfigMaps with {@code ca.crt}: who must have signed a client's certificate;
     *     none: clients are not asked for one
     * @param lenient whether clients without a good certificate are let in
     * @param shown the Secret with what is shown to endpoints that ask for a certificate
     */
    public record Terminal(
            boolean passthrough,
            List<Key> certificates,
            List<Key> clients,
            boolean lenient,
            Optional<Key> shown) {
        private static final Terminal NONE =
                new Terminal(false, List.of(), List.of(), false, Optional.empty());

        public Terminal {
            certificates = List.copyOf(certificates);
            clients = List.copyOf(clients);
        }

        public static Terminal none() {
            return NONE;
        }
    }

    /** As the data plane names it: {@code shop/web:https}. */
    public String name() {
        return source.key() + ":" + section;
    }
}
