package dev.weft.dataplane.route.entrance;

import java.util.List;
import java.util.Locale;
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

    /** The line that allows a host and port, if any does. */
    public boolean allows(String host, int port, boolean tunnel) {
        for (Allowed line : allowed) {
            if (line.takes(host, port) && (!tunnel || line.tunnels)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Hosts outside.
     *
     * @param host in lower case: a name, {@code *.a.example}, or a numeric address
     * @param ports never empty
     * @param tunnels whether CONNECT reaches it too
     */
    public record Allowed(String host, Set<Integer> ports, boolean tunnels) {
        public Allowed {
            ports = Set.copyOf(ports);
            if (host.isEmpty() || host.equals("*") || !host.equals(host.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException(
                        "host: " + host + " (expected: a name in lower case, or *.name)");
            }
            if (ports.isEmpty() || ports.stream().anyMatch(it -> it < 1 || it > 65535)) {
                throw new IllegalArgumentException(
                        "ports: " + ports + " (expected: one or more, 1 to 65535)");
            }
        }

        boolean takes(String name, int port) {
            return ports.contains(port)
                    && (host.startsWith("*.")
                            ? name.length() > host.length() - 1 && name.endsWith(host.substring(1))
                            : name.equals(host));
        }
    }
}
