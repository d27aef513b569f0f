package dev.weft.dataplane.route.entrance;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What the outbound proxy may reach beyond the hosts that Weft routes itself. What no line allows
 * is refused.
 */
public record Outward(List<Allowed> allowed) {
    private static final Outward NOWHERE = new Outward(List.of());

    public Outward {
        allowed = List.copyOf(allowed);
    }

    public static Outward nowhere() {
        return NOWHERE;
    }

    /** The line that allows a host by its name, in lower case. */
    public Optional<Allowed> line(String host, int port) {
        return allowed.stream().filter(it -> it.ports.contains(port) && it.takes(host)).findFirst();
    }

    /** The line that allows an address itself. */
    public Optional<Allowed> line(InetAddress address, int port) {
        return allowed.stream()
                .filter(it -> it.ports.contains(port) && it.takes(address))
                .findFirst();
    }

    /**
     * Hosts outside.
     *
     * @param by who says so: {@code OutboundPolicy shop/payments}
     * @param host in lower case: a name; {@code *.a.example} for every name that ends so with one
     *     label or more before; or a numeric address, or a network of them: {@code 10.0.0.0/8}
     * @param ports never empty
     */
    public record Allowed(String by, String host, Set<Integer> ports) {
        public Allowed {
            ports = Set.copyOf(ports);
            String plain = host.startsWith("*.") ? host.substring(2) : host;
            if (plain.isEmpty()
                    || plain.indexOf('*') >= 0
                    || !host.equals(host.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException(
                        "host: "
                                + host
                                + " (expected: a name in lower case, *.name, or an address)");
            }
            if (isNumeric(host)) {
                Network.parse(host);
            }
            if (ports.isEmpty() || ports.stream().anyMatch(it -> it < 1 || it > 65535)) {
                throw new IllegalArgumentException(
                        "ports: " + ports + " (expected: one or more, 1 to 65535)");
            }
        }

        private static boolean isNumeric(String host) {
            return host.indexOf(':') >= 0
                    || host.indexOf('/') >= 0
                    || host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
        }

        boolean takes(String name) {
            return host.startsWith("*.")
                    ? name.length() > host.length() - 1 && name.endsWith(host.substring(1))
                    : name.equals(host);
        }

        boolean takes(InetAddress address) {
            return isNumeric(host) && Network.parse(host).contains(address);
        }
    }
}
