package dev.weft.api.cel.function;

import dev.weft.api.cel.function.Addresses.Cidr;
import dev.weft.api.cel.function.Addresses.Ip;
import dev.weft.api.cel.value.EvalException;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Addresses of the network as texts. */
final class IpText {
    private IpText() {}

    static Ip ip(String text) {
        int zone = text.indexOf('%');
        byte[] octets = octets(zone < 0 ? text : text.substring(0, zone));
        if (zone >= 0 && octets.length == 16 && zone < text.length() - 1) {
            throw new EvalException("IP address \"" + text + "\" with zone value is not allowed");
        }
        if (zone >= 0) {
            throw unreadable(text, "unable to parse IP");
        }
        if (isMapped(octets)) {
            throw new EvalException("IPv4-mapped IPv6 address \"" + text + "\" is not allowed");
        }
        return new Ip(octets);
    }

    private static boolean isMapped(byte[] octets) {
        if (octets.length != 16 || octets[10] != -1 || octets[11] != -1) {
            return false;
        }
        for (int i = 0; i < 10; i++) {
            if (octets[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private static EvalException unreadable(String text, String why) {
        return new EvalException(
                "IP Address \"%s\" parse error during conversion from string: ParseAddr(\"%s\"): %s"
                        .formatted(text, text, why));
    }

    private static byte[] octets(String text) {
        if (text.indexOf(':') >= 0) {
            byte[] octets = six(text);
            if (octets == null) {
                throw unreadable(text, "unable to parse IP");
            }
            return octets;
        }
        if (text.indexOf('.') < 0) {
            throw unreadable(text, "unable to parse IP");
        }
        return four(text);
    }

    private static byte[] four(String text) {
        String[] parts = text.split("\\.", -1);
        byte[] octets = new byte[4];
        for (int i = 0; i < parts.length; i++) {
            String part = parts[i];
            if (part.isEmpty()) {
                throw unreadable(text, "IPv4 field must have at least one digit");
            }
            if (!part.chars().allMatch(it -> it >= '0' && it <= '9')) {
                throw unreadable(text, "unexpected character (at \"" + part + "\")");
            }
            if (part.length() > 1 && part.charAt(0) == '0') {
                throw unreadable(text, "IPv4 field has octet with leading zero");
            }
            if (part.length() > 3 || Integer.parseInt(part) > 255) {
                throw unreadable(text, "IPv4 field has value >255");
            }
            if (i > 3) {
                throw unreadable(text, "IPv4 address too long");
            }
            octets[i] = (byte) Integer.parseInt(part);
        }
        if (parts.length < 4) {
            throw unreadable(text, "IPv4 address too short");
        }
        return octets;
    }

    private static byte @Nullable [] six(String text) {
        int gap = text.indexOf("::");
        List<Integer> front = groups(gap < 0 ? text : text.substring(0, gap));
        List<Integer> back = gap < 0 ? List.of() : groups(text.substring(gap + 2));
        if (front == null || back == null) {
            return null;
        }
        int count = front.size() + back.size();
        if (gap < 0 ? count != 8 : count > 7) {
            return null;
        }
        byte[] octets = new byte[16];
        for (int i = 0; i < front.size(); i++) {
            put(octets, i, front.get(i));
        }
        for (int i = 0; i < back.size(); i++) {
            put(octets, 8 - back.size() + i, back.get(i));
        }
        return octets;
    }

    private static void put(byte[] octets, int group, int value) {
        octets[group * 2] = (byte) (value >> 8);
        octets[group * 2 + 1] = (byte) value;
    }

    private static @Nullable List<Integer> groups(String text) {
        var groups = new ArrayList<Integer>();
        if (text.isEmpty()) {
            return groups;
        }
        String[] parts = text.split(":", -1);
        for (int i = 0; i < parts.length; i++) {
            String part = parts[i];
            if (part.indexOf('.') >= 0 && i == parts.length - 1) {
                byte[] last = four(part);
                groups.add((last[0] & 0xFF) << 8 | last[1] & 0xFF);
                groups.add((last[2] & 0xFF) << 8 | last[3] & 0xFF);
            } else if (part.isEmpty()
                    || part.length() > 4
                    || !part.chars().allMatch(it -> Character.digit(it, 16) >= 0)) {
                return null;
            } else {
                groups.add(Integer.parseInt(part, 16));
            }
        }
        return groups;
    }

    static Cidr cidr(String text) {
        int slash = text.lastIndexOf('/');
        if (slash < 0) {
            throw badRange(text, "no '/'");
        }
        String size = text.substring(slash + 1);
        byte[] octets;
        try {
            octets = octets(text.substring(0, slash));
        } catch (EvalException e) {
            String message = e.getMessage() == null ? "" : e.getMessage();
            throw badRange(text, message.substring(message.indexOf("ParseAddr")));
        }
        boolean isNumber =
                size.length() <= 3
                        && !size.isEmpty()
                        && size.chars().allMatch(it -> it >= '0' && it <= '9')
                        && (size.length() == 1 || size.charAt(0) != '0');
        if (!isNumber) {
            throw badRange(text, "bad bits after slash: \"" + size + "\"");
        }
        if (Integer.parseInt(size) > octets.length * 8) {
            throw badRange(text, "prefix length out of range");
        }
        if (isMapped(octets)) {
            throw new EvalException("IPv4-mapped IPv6 address \"" + text + "\" is not allowed");
        }
        return new Cidr(new Ip(octets), Integer.parseInt(size));
    }

    private static EvalException badRange(String text, String why) {
        String error = "network address parse error during conversion from string: ";
        return new EvalException(error + error + "netip.ParsePrefix(\"" + text + "\"): " + why);
    }

    /** The one text of an address: the longest run of zeros is left out. */
    static String write(byte[] octets) {
        if (octets.length == 4) {
            var text = new StringJoiner(".");
            for (byte octet : octets) {
                text.add(Integer.toString(octet & 0xFF));
            }
            return text.toString();
        }
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = (octets[i * 2] & 0xFF) << 8 | octets[i * 2 + 1] & 0xFF;
        }
        int start = -1;
        int length = 1;
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && groups[end] == 0) {
                end++;
            }
            if (end - i > length) {
                start = i;
                length = end - i;
            }
        }
        var text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == start) {
                text.append("::");
                i += length - 1;
            } else {
                boolean joins = !text.isEmpty() && text.charAt(text.length() - 1) != ':';
                text.append(joins ? ":" : "").append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }
}
