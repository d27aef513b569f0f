package dev.weft.foundation.certificate;

import java.net.InetAddress;
import java.util.List;

/**
 * The names by which clients may reach a server.
 *
 * @param dns host names, a wildcard as the first label allowed
 * @param addresses IPv4 and IPv6 addresses
 * @param uris such as {@code spiffe://cluster.local/ns/default/sa/website}
 */
public record SubjectNames(List<String> dns, List<InetAddress> addresses, List<String> uris) {
    public SubjectNames {
        dns = List.copyOf(dns);
        addresses = List.copyOf(addresses);
        uris = List.copyOf(uris);
        dns.forEach(name -> check("host name", name));
        uris.forEach(name -> check("URI", name));
    }

    public SubjectNames(List<String> dns, List<InetAddress> addresses) {
        this(dns, addresses, List.of());
    }

    private static void check(String what, String name) {
        if (name.isEmpty() || !name.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException(
                    what + ": '" + name + "' (expected: printable ASCII)");
        }
    }

    /** The names of a server that is reached from its own machine only. */
    public static SubjectNames loopback() {
        return new SubjectNames(
                List.of("localhost"), List.of(address(127, 0, 0, 1), InetAddress.ofLiteral("::1")));
    }

    private static InetAddress address(int a, int b, int c, int d) {
        return InetAddress.ofLiteral(a + "." + b + "." + c + "." + d);
    }
}
