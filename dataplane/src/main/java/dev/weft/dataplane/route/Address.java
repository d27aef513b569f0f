package dev.weft.dataplane.route;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * A numeric IP address and a port, or a Unix-domain socket of this machine.
 *
 * @param ip as written, IPv4 or IPv6 without brackets; or {@code unix:} and a path
 * @param port 0 for a Unix-domain socket
 */
public record Address(String ip, int port) {
    private static final Pattern NUMERIC =
            Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final String UNIX = "unix:";

    /** The kernel keeps 108 bytes, one of them for the end. */
    private static final int PATH_MAX = 107;

    public Address {
        if (ip.startsWith(UNIX)) {
            checkPath(ip.substring(UNIX.length()));
        } else if (!NUMERIC.matcher(ip).matches()) {
            throw new IllegalArgumentException("ip: " + ip + " (expected: a numeric address)");
        }
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
        }
    }

    private static void checkPath(String path) {
        int length = path.getBytes(StandardCharsets.UTF_8).length;
        if (!path.startsWith("/") || path.indexOf(0) >= 0) {
            throw new IllegalArgumentException("socket: " + path + " (expected: an absolute path)");
        }
        if (length > PATH_MAX) {
            throw new IllegalArgumentException(
                    "socket: %s has %d bytes (expected: at most %d, which is all that the kernel takes)"
                            .formatted(path, length, PATH_MAX));
        }
    }

    /**
     * A Unix-domain socket.
     *
     * @param path absolute, of at most 107 bytes
     */
    public static Address unix(String path) {
        return new Address(UNIX + path, 0);
    }

    public boolean isUnix() {
        return ip.startsWith(UNIX);
    }

    /** Where the socket is; only of a Unix-domain socket. */
    public String path() {
        if (!isUnix()) {
            throw new IllegalStateException(this + " is no Unix-domain socket");
        }
        return ip.substring(UNIX.length());
    }

    /** Never asks a name server, since the address is numeric. Not of a Unix-domain socket. */
    public InetSocketAddress socket() {
        if (isUnix()) {
            throw new IllegalStateException(this + " is no address of IP");
        }
        return new InetSocketAddress(ip, port);
    }

    @Override
    public String toString() {
        if (isUnix()) {
            return ip;
        }
        return ip.indexOf(':') >= 0 ? "[" + ip + "]:" + port : ip + ":" + port;
    }
}
