package dev.weft.dataplane.tls;

import dev.weft.dataplane.route.tls.TlsClient;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Which servers a client believes.
 *
 * @param authorities who may have signed the server's certificate; empty: those of the system
 * @param hostname sent as SNI, and what the certificate must be for where no subject is listed;
 *     empty: no SNI is sent
 * @param dns one of these or of {@code uris} must stand in the certificate; both empty: the host
 *     name must
 * @param uris such as {@code spiffe://cluster.local/ns/default/sa/website}
 * @param verify false believes everybody
 */
record ServerTrust(
        List<X509Certificate> authorities,
        String hostname,
        List<String> dns,
        List<String> uris,
        boolean verify) {
    ServerTrust {
        authorities = List.copyOf(authorities);
        dns = List.copyOf(dns);
        uris = List.copyOf(uris);
    }

    static ServerTrust of(TlsClient settings) {
        return new ServerTrust(
                Keys.certificates(settings.authorities()),
                settings.serverName(),
                settings.names().stream().filter(name -> !isUri(name)).sorted().toList(),
                settings.names().stream().filter(ServerTrust::isUri).sorted().toList(),
                settings.verify());
    }

    private static boolean isUri(String name) {
        return name.indexOf(':') > 0 && !name.matches("[0-9a-fA-F:.]+");
    }

    boolean anySubject() {
        return !dns.isEmpty() || !uris.isEmpty();
    }
}
