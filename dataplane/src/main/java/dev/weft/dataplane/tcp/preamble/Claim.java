package dev.weft.dataplane.tcp.preamble;

import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;

/**
 * Who calls, as a load balancer in between says it.
 *
 * @param source the client
 * @param destination the address that the client connected to
 */
public record Claim(InetSocketAddress source, InetSocketAddress destination) {
    /** Where it stands on a channel, once it was read. */
    public static final AttributeKey<Claim> KEY = AttributeKey.valueOf("weft-claim");
}
