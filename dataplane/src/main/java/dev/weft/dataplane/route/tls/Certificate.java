package dev.weft.dataplane.route.tls;

import java.util.Locale;
import java.util.Set;

/**
 * A key and the certificates that vouch for it. The same value means the same key, so engines can
 * be kept across snapshots.
 *
 * @param names which server names it is shown for, exact or {@code *.a.example}; none: for every
 *     name that no other certificate lists
 * @param chain in PEM, its own certificate first
 * @param key in PEM, PKCS#8
 */
public record Certificate(Set<String> names, String chain, String key) {
    public Certificate {
        names = Set.copyOf(names);
        for (String name : names) {
            if (name.isEmpty() || !name.equals(name.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException(
                        "server name: " + name + " (expected: a name in lower case)");
            }
        }
        if (!chain.contains("-----BEGIN CERTIFICATE-----")) {
            throw new IllegalArgumentException("chain holds no certificate (expected: PEM)");
        }
        if (!key.contains("PRIVATE KEY-----")) {
            throw new IllegalArgumentException("key holds no private key (expected: PEM)");
        }
    }

    /** Keeps the key out of logs. */
    @Override
    public String toString() {
        return "Certificate[" + names + "]";
    }
}
