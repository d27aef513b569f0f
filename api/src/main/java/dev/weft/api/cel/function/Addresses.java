package dev.weft.api.cel.function;

import dev.weft.api.cel.function.Library.Function;
import dev.weft.api.cel.value.EvalException;
import dev.weft.api.cel.value.Type;
import dev.weft.api.cel.value.Value;
import dev.weft.api.cel.value.Values;
import java.util.Arrays;
import java.util.Map;

/** Addresses and ranges of addresses of the network. */
final class Addresses {
    private Addresses() {}

    /** An address: 4 octets or 16. */
    record Ip(byte[] octets) implements Value.Foreign {
        @Override
        public Type type() {
            return new Type.Opaque("net.IP");
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Ip it && Arrays.equals(octets, it.octets);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(octets);
        }

        @Override
        public String toString() {
            return IpText.write(octets);
        }
    }

    /** An address and how many of its first bits name the range. */
    record Cidr(Ip address, int bits) implements Value.Foreign {
        @Override
        public Type type() {
            return new Type.Opaque("net.CIDR");
        }

        @Override
        public String toString() {
            return address + "/" + bits;
        }

        boolean contains(Ip other) {
            return address.octets.length == other.octets.length
                    && masked(address).equals(masked(other));
        }

        boolean contains(Cidr other) {
            return other.bits >= bits && contains(other.address);
        }

        Ip masked(Ip ip) {
            byte[] octets = ip.octets.clone();
            for (int i = 0; i < octets.length; i++) {
                int kept = Math.clamp(bits - i * 8L, 0, 8);
                octets[i] = (byte) (octets[i] & (0xFF00 >> kept));
            }
            return new Ip(octets);
        }
    }

    static void addTo(Map<String, Function> functions) {
        functions.put(
                "ip",
                (args, budget) ->
                        args[0] instanceof Cidr it
                                ? it.address
                                : IpText.ip(Texts.read(args, budget)));
        functions.put("isIP", (args, budget) -> Value.of(isIp(Texts.read(args, budget))));
        functions.put(
                "ip.isCanonical",
                (args, budget) -> {
                    String text = Texts.read(args, budget);
                    return Value.of(IpText.ip(text).toString().equals(text));
                });
        functions.put("family", (args, budget) -> Value.of(ip(args[0]).octets.length == 4 ? 4 : 6));
        functions.put("isUnspecified", (args, budget) -> Value.of(begins(ip(args[0]), 0, 0)));
        functions.put("isLoopback", (args, budget) -> Value.of(isLoopback(ip(args[0]))));
        functions.put(
                "isLinkLocalMulticast",
                (args, budget) -> Value.of(isLinkLocalMulticast(ip(args[0]))));
        functions.put(
                "isLinkLocalUnicast", (args, budget) -> Value.of(isLinkLocalUnicast(ip(args[0]))));
        functions.put("isGlobalUnicast", (args, budget) -> Value.of(isGlobalUnicast(ip(args[0]))));
        functions.put("cidr", (args, budget) -> IpText.cidr(Texts.read(args, budget)));
        functions.put("isCIDR", (args, budget) -> Value.of(isCidr(Texts.read(args, budget))));
        functions.put(
                "containsIP",
                (args, budget) ->
                        Value.of(
                                cidr(args[0])
                                        .contains(
                                                args[1] instanceof Value.Text it
                                                        ? named(it.text())
                                                        : ip(args[1]))));
        functions.put(
                "containsCIDR",
                (args, budget) ->
                        Value.of(
                                cidr(args[0])
                                        .contains(
                                                args[1] instanceof Value.Text it
                                                        ? IpText.cidr(it.text())
                                                        : cidr(args[1]))));
        functions.put(
                "masked",
                (args, budget) -> {
                    Cidr cidr = cidr(args[0]);
                    return new Cidr(cidr.masked(cidr.address), cidr.bits);
                });
        functions.put("prefixLength", (args, budget) -> Value.of(cidr(args[0]).bits));
    }

    private static Ip named(String text) {
        if (!isIp(text)) {
            throw EvalException.noOverload();
        }
        return IpText.ip(text);
    }

    private static Ip ip(Value value) {
        if (value instanceof Ip ip) {
            return ip;
        }
        throw EvalException.noOverload(Values.typeName(value));
    }

    private static Cidr cidr(Value value) {
        if (value instanceof Cidr cidr) {
            return cidr;
        }
        throw EvalException.noOverload(Values.typeName(value));
    }

    private static boolean isIp(String text) {
        try {
            IpText.ip(text);
            return true;
        } catch (EvalException e) {
            return false;
        }
    }

    private static boolean isCidr(String text) {
        try {
            IpText.cidr(text);
            return true;
        } catch (EvalException e) {
            return false;
        }
    }

    /** Whether all octets are zero but the last one, which is the given one. */
    private static boolean begins(Ip ip, int value, int last) {
        for (int i = 0; i < ip.octets.length - 1; i++) {
            if (ip.octets[i] != value) {
                return false;
            }
        }
        return ip.octets[ip.octets.length - 1] == last;
    }

    private static int octet(Ip ip, int index) {
        return ip.octets[index] & 0xFF;
    }

    private static boolean isLoopback(Ip ip) {
        return ip.octets.length == 4 ? octet(ip, 0) == 127 : begins(ip, 0, 1);
    }

    private static boolean isLinkLocalMulticast(Ip ip) {
        return ip.octets.length == 4
                ? octet(ip, 0) == 224 && octet(ip, 1) == 0 && octet(ip, 2) == 0
                : octet(ip, 0) == 0xFF && (octet(ip, 1) & 0x0F) == 0x02;
    }

    private static boolean isLinkLocalUnicast(Ip ip) {
        return ip.octets.length == 4
                ? octet(ip, 0) == 169 && octet(ip, 1) == 254
                : octet(ip, 0) == 0xFE && (octet(ip, 1) & 0xC0) == 0x80;
    }

    private static boolean isGlobalUnicast(Ip ip) {
        boolean four = ip.octets.length == 4;
        boolean broadcast = four && begins(ip, -1, -1);
        boolean multicast = four ? octet(ip, 0) >> 4 == 0xE : octet(ip, 0) == 0xFF;
        return !broadcast
                && !multicast
                && !begins(ip, 0, 0)
                && !isLoopback(ip)
                && !isLinkLocalUnicast(ip);
    }
}
