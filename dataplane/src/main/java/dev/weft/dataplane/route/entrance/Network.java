package dev.weft.dataplane.route.entrance;

import java.net.InetAddress;

/**
 * Addresses that begin with the same bits: {@code 10.0.0.0/8}.
 *
 * @param ip numeric
 */
public record Network(String ip, int bits) {
    public Network {
        int most = InetAddress.ofLiteral(ip).getAddress().length * 8;
        if (bits < 0 || bits > most) {
            throw new IllegalArgumentException("bits: " + bits + " (expected: 0 to " + most + ")");
        }
    }

    /** Reads {@code 10.0.0.0/8}, or one address alone. */
    public static Network parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            int most = InetAddress.ofLiteral(text).getAddress().length * 8;
            return new Network(text, most);
        }
        try {
            return new Network(
                    text.substring(0, slash), Integer.parseInt(text.substring(slash + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("network: " + text + " (expected: 10.0.0.0/8)", e);
        }
    }

    public boolean contains(InetAddress address) {
        byte[] mine = InetAddress.ofLiteral(ip).getAddress();
        byte[] other = address.getAddress();
        if (mine.length != other.length) {
            return false;
        }
        for (int i = 0; i < bits; i++) {
            int mask = 0x80 >>> (i & 7);
            if (((mine[i >> 3] ^ other[i >> 3]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return ip + "/" + bits;
    }
}
