package dev.weft.dataplane.route;

import java.net.InetSocketAddress;
import java.util.regex.Pattern;

/**
 * A numeric IP address and a port.
 *
 * @param ip as written, IPv4 or IPv6 without brackets
 */
public record Address(String ip, int port) {
    private static final Pattern NUMERIC =
            Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    public Address {
        if (!NUMERIC.matcher(ip).matches()) {
            throw new IllegalArgumentException("ip: " + ip + " (expected: a numeric address)");
        }
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
        }
    }

    /** Never asks a name server, since the address is numeric. */
    public InetSocketAddress socket() {
        return new InetSocketAddress(ip, port);
    }

    @Override
    public String toString() {
        return ip.indexOf(':') >= 0 ? "[" + ip + "]:" + port : ip + ":" + port;
    }
}
