package dev.weft.dataplane.route.entrance;

import java.net.InetAddress;
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

    /** The lines that allow a host by its name, in lower case. */
    public List<Allowed> lines(String host, int port) {
        return allowed.stream().filter(it -> it.ports.contains(port) && it.takes(host)).toList();
    }

    /** The lines that allow an address itself. */
    public List<Allowed> lines(InetAddress address, int port) {
        return allowed.stream().filter(it -> it.ports.contains(port) && it.takes(address)).toList();
    }

    /**
     * Hosts outside.
     *
     * @param by who says so: {@code OutboundPolicy shop/payments}
     * @param host in lower case: a name; {@code *.a.example} for every name that ends so with one
     *     label or more before; or a numeric address, or a network of them: {@code 10.0.0.0/8}
     * @param ports never empty
     * @param callers who alone may reach it: {@code shop/web}, {@code shop/*}; empty: everybody
     */
    public record Allowed(String by, String host, Set<Integer> ports, Set<String> callers) {
        /** For everybody. */
        public Allowed(String by, String host, Set<Integer> ports) {
            this(by, host, ports, Set.of());
        }

        public Allowed {
            ports = Set.copyOf(ports);
            callers = Set.copyOf(callers);
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

        public boolean isForEverybody() {
            return callers.isEmpty();
        }

        /** Whether it is for each of some callers; none stand for everybody. */
        public boolean isFor(Set<String> some) {
            return isForEverybody()
                    || (!some.isEmpty() && some.stream().allMatch(this::isForCaller));
        }

        private boolean isForCaller(String caller) {
            int end = caller.indexOf('/');
            return callers.contains(caller)
                    || (end > 0 && callers.contains(caller.substring(0, end) + "/*"));
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
