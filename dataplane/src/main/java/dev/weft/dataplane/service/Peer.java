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
 * @param tls what TLS has shown of it; empty in clear
 * @param trusted whether the listener believes what it says of those who called before it
 * @param http2 whether it speaks HTTP/2, of which the heads that it sends show nothing
 */
public record Peer(
        InetSocketAddress address,
        InetSocketAddress local,
        Optional<Secured> tls,
        boolean trusted,
        boolean http2) {
    public boolean encrypted() {
        return tls.isPresent();
    }

    /** The client certificate, verified against the listener's authorities. */
    public Optional<X509Certificate> certificate() {
        return tls.flatMap(Secured::certificate);
    }

    /** Whether the other end is this machine, by an address that no other machine can have. */
    public boolean isLocal() {
        return address.getAddress().isLoopbackAddress() && local.getAddress().isLoopbackAddress();
    }
}
