package dev.weft.app;

import java.net.InetSocketAddress;

/** Addresses as people and URLs write them. */
final class Addresses {
    private Addresses() {}

    /** HOST:PORT, an IPv6 host in brackets. */
    static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
