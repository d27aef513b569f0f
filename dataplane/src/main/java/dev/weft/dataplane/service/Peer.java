package dev.weft.dataplane.service;

import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * Who is at the other end of a connection, as the connection itself shows it and never as a header
 * claims.
 *
 * @param address the other end
 * @param local this end: the address that was connected to
 * @param certificate the client certificate, verified against the listener's authority
 */
public record Peer(
        InetSocketAddress address,
        InetSocketAddress local,
        boolean encrypted,
        Optional<X509Certificate> certificate) {
    /** Whether the other end is this machine, by an address that no other machine can have. */
    public boolean isLocal() {
        return address.getAddress().isLoopbackAddress() && local.getAddress().isLoopbackAddress();
    }
}
