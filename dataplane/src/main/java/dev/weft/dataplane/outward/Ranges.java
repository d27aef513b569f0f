package dev.weft.dataplane.outward;

import dev.weft.dataplane.route.entrance.Network;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Addresses that mean something inside a machine or a network, or nothing at all: a name from
 * outside has no business to lead there. Pure.
 */
final class Ranges {
    private static final List<Network> INNER =
            Stream.of(
                            "0.0.0.0/8",
                            "10.0.0.0/8",
                            "100.64.0.0/10",
                            "127.0.0.0/8",
                            "169.254.0.0/16",
                            "172.16.0.0/12",
                            "192.0.0.0/24",
                            "192.0.2.0/24",
                            "192.88.99.0/24",
                            "192.168.0.0/16",
                            "198.18.0.0/15",
                            "198.51.100.0/24",
                            "203.0.113.0/24",
                            "224.0.0.0/3",
                            "::/127",
                            "64:ff9b:1::/48",
                            "100::/64",
                            "2001::/32",
                            "2001:db8::/32",
                            "fc00::/7",
                            "fe80::/10",
                            "fec0::/10",
                            "ff00::/8")
                    .map(Network::parse)
                    .toList();

    /** IPv4 in the last four bytes. */
    private static final List<Network> EMBEDDED =
            Stream.of("::/96", "64:ff9b::/96").map(Network::parse).toList();

    /** IPv4 behind the first two bytes. */
    private static final Network SIX_TO_FOUR = Network.parse("2002::/16");

    private Ranges() {}

    static boolean isInner(InetAddress address) {
        if (INNER.stream().anyMatch(it -> it.contains(address))) {
            return true;
        }
        byte[] bytes = address.getAddress();
        if (SIX_TO_FOUR.contains(address)) {
            return isInner(v4(bytes, 2));
        }
        return EMBEDDED.stream().anyMatch(it -> it.contains(address)) && isInner(v4(bytes, 12));
    }

    private static InetAddress v4(byte[] bytes, int from) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(bytes, from, from + 4));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }
}
