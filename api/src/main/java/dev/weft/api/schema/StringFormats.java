package dev.weft.api.schema;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.regex.Pattern;

/** The formats that a custom kind's schema may demand of a text. Unknown formats demand nothing. */
public final class StringFormats {
    private static final Pattern IPV4 =
            Pattern.compile(
                    "(?:(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)\\.){3}(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)");
    private static final Pattern HEX_GROUP = Pattern.compile("[0-9a-fA-F]{1,4}");
    private static final Pattern UUID =
            Pattern.compile("(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}");
    private static final Pattern EMAIL = Pattern.compile("[^@\\s]+@[^@\\s]+");
    private static final Pattern HOSTNAME =
            Pattern.compile(
                    "[a-zA-Z0-9_](?:[-a-zA-Z0-9_]{0,62}[a-zA-Z0-9_])?(?:\\.[a-zA-Z0-9_](?:[-a-zA-Z0-9_]{0,62}[a-zA-Z0-9_])?)*\\.?");
    private static final Pattern MAC =
            Pattern.compile(
                    "(?i)(?:[0-9a-f]{2}[:-]){5,7}[0-9a-f]{2}|(?:[0-9a-f]{4}\\.){2,3}[0-9a-f]{4}");
    private static final Pattern DURATION =
            Pattern.compile(
                    "[-+]?(?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:ns|us|µs|ms|s|m|h)(?:(?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:ns|us|µs|ms|s|m|h))*|[-+]?0");
    private static final Pattern WORDY_DURATION =
            Pattern.compile(
                    "(?i)\\d+\\s*(?:ns|nanos?|nanoseconds?|us|µs|micros?|microseconds?|ms|millis?|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|wks?|weeks?)");

    private StringFormats() {}

    public static boolean matches(String format, String text) {
        return switch (format) {
            case "date-time", "datetime" -> isDateTime(text);
            case "date" -> isDate(text);
            case "byte" -> isBase64(text);
            case "ipv4" -> isIpv4(text);
            case "ipv6" -> isIpv6(text);
            case "cidr" -> isCidr(text);
            case "mac" -> MAC.matcher(text).matches();
            case "uuid" -> UUID.matcher(text).matches();
            case "uuid3" -> isUuid(text, '3');
            case "uuid4" -> isUuid(text, '4');
            case "uuid5" -> isUuid(text, '5');
            case "email" -> EMAIL.matcher(text).matches();
            case "hostname" -> text.length() <= 255 && HOSTNAME.matcher(text).matches();
            case "uri" -> isUri(text);
            case "duration" ->
                    DURATION.matcher(text).matches() || WORDY_DURATION.matcher(text).matches();
            case "k8s-short-name" -> Formats.label(text).isEmpty();
            case "k8s-long-name" -> Formats.subdomain(text).isEmpty();
            default -> true;
        };
    }

    static boolean isIpv4(String text) {
        return IPV4.matcher(text).matches();
    }

    static boolean isIpv6(String text) {
        if (!text.contains(":") || text.length() > 45) {
            return false;
        }
        int gap = text.indexOf("::");
        if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
            return false;
        }
        String front = gap < 0 ? text : text.substring(0, gap);
        String back = gap < 0 ? "" : text.substring(gap + 2);
        int groups = groups(front, gap < 0) + groups(back, true);
        return groups >= 0 && (gap < 0 ? groups == 8 : groups <= 7);
    }

    /** How many groups of two bytes; far below zero where it is no list of groups. */
    private static int groups(String text, boolean mayEndInIpv4) {
        if (text.isEmpty()) {
            return 0;
        }
        String[] parts = text.split(":", -1);
        int count = 0;
        for (int i = 0; i < parts.length; i++) {
            if (HEX_GROUP.matcher(parts[i]).matches()) {
                count++;
            } else if (mayEndInIpv4 && i == parts.length - 1 && isIpv4(parts[i])) {
                count += 2;
            } else {
                return -100;
            }
        }
        return count;
    }

    private static boolean isCidr(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("\\d{1,3}")) {
            return false;
        }
        String address = text.substring(0, slash);
        int bits = Integer.parseInt(text.substring(slash + 1));
        return isIpv4(address) ? bits <= 32 : isIpv6(address) && bits <= 128;
    }

    private static boolean isUuid(String text, char version) {
        String plain = text.replace("-", "");
        return UUID.matcher(text).matches() && plain.charAt(12) == version;
    }

    private static boolean isDateTime(String text) {
        try {
            OffsetDateTime.parse(text.replace(' ', 'T'));
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isDate(String text) {
        try {
            LocalDate.parse(text);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isBase64(String text) {
        try {
            Base64.getDecoder().decode(text);
            return text.length() % 4 == 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isUri(String text) {
        try {
            var uri = new URI(text);
            return uri.isAbsolute() || text.startsWith("/");
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
