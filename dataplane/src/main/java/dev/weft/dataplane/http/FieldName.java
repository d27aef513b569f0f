package dev.weft.dataplane.http;

import java.nio.charset.StandardCharsets;

/**
 * The header fields that Weft's own code looks at, as small numbers, so that a parsed head can be
 * searched without comparing names. Constants and a pure lookup; any thread.
 */
public final class FieldName {
    public static final byte OTHER = 0;
    public static final byte HOST = 1;
    public static final byte CONTENT_LENGTH = 2;
    public static final byte TRANSFER_ENCODING = 3;
    public static final byte CONNECTION = 4;
    public static final byte KEEP_ALIVE = 5;
    public static final byte PROXY_CONNECTION = 6;
    public static final byte TE = 7;
    public static final byte TRAILER = 8;
    public static final byte UPGRADE = 9;
    public static final byte EXPECT = 10;
    public static final byte X_FORWARDED_FOR = 11;
    public static final byte X_FORWARDED_PROTO = 12;
    public static final byte X_FORWARDED_HOST = 13;
    public static final byte FORWARDED = 14;
    public static final byte X_REQUEST_ID = 15;
    public static final byte TRACEPARENT = 16;
    public static final byte TRACESTATE = 17;
    public static final byte ACCEPT = 18;
    public static final byte PROXY_AUTHORIZATION = 19;
    public static final byte PROXY_AUTHENTICATE = 20;
    public static final byte WEFT_CAUSE = 21;
    public static final byte WEFT_OBJECT = 22;
    public static final byte DATE = 23;
    public static final byte CONTENT_TYPE = 24;
    public static final byte X_FORWARDED_CLIENT_CERT = 25;
    public static final byte WEFT_HOPS = 26;

    /** Any other name that begins with {@code x-forwarded-}, or looks like it. */
    public static final byte OTHER_FORWARDED = 27;

    /** Any other name that begins with {@code weft-}, or looks like it. */
    public static final byte OTHER_WEFT = 28;

    private static final String[] NAMES = {
        "",
        "host",
        "content-length",
        "transfer-encoding",
        "connection",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "upgrade",
        "expect",
        "x-forwarded-for",
        "x-forwarded-proto",
        "x-forwarded-host",
        "forwarded",
        "x-request-id",
        "traceparent",
        "tracestate",
        "accept",
        "proxy-authorization",
        "proxy-authenticate",
        "weft-cause",
        "weft-object",
        "date",
        "content-type",
        "x-forwarded-client-cert",
        "weft-hops"
    };
    private static final byte[] WEFT = "weft-".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] X_FORWARDED = "x-forwarded-".getBytes(StandardCharsets.US_ASCII);
    private static final byte[][] BYTES = new byte[NAMES.length][];
    private static final int SLOTS = 256;
    private static final byte[] TABLE = new byte[SLOTS];

    static {
        for (byte id = 1; id < NAMES.length; id++) {
            byte[] name = NAMES[id].getBytes(StandardCharsets.US_ASCII);
            BYTES[id] = name;
            int slot = slot(name, 0, name.length);
            while (TABLE[slot] != 0) {
                slot = (slot + 1) & (SLOTS - 1);
            }
            TABLE[slot] = id;
        }
    }

    private FieldName() {}

    /** The number of a name written in any case, or {@link #OTHER}. */
    public static byte of(byte[] bytes, int start, int end) {
        int slot = slot(bytes, start, end);
        byte id;
        while ((id = TABLE[slot]) != OTHER) {
            if (sameIgnoringCase(BYTES[id], bytes, start, end)) {
                return id;
            }
            slot = (slot + 1) & (SLOTS - 1);
        }
        return switch (bytes[start] | 0x20) {
            case 'w' -> begins(WEFT, bytes, start, end) ? OTHER_WEFT : OTHER;
            case 'x' -> begins(X_FORWARDED, bytes, start, end) ? OTHER_FORWARDED : OTHER;
            default -> OTHER;
        };
    }

    /** An underscore counts as a hyphen: many servers hand their programs one name for both. */
    private static boolean begins(byte[] lower, byte[] bytes, int start, int end) {
        if (end - start < lower.length) {
            return false;
        }
        for (int i = 0; i < lower.length; i++) {
            byte b = bytes[start + i];
            if (lower[i] == '-' ? b != '-' && b != '_' : (b | 0x20) != lower[i]) {
                return false;
            }
        }
        return true;
    }

    static byte of(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
        return bytes.length == 0 ? OTHER : of(bytes, 0, bytes.length);
    }

    static byte[] bytes(byte id) {
        return BYTES[id];
    }

    /** Compares letter by letter. */
    static boolean same(String ascii, byte[] bytes, int start, int end) {
        if (ascii.length() != end - start) {
            return false;
        }
        for (int i = 0; i < ascii.length(); i++) {
            if (bytes[start + i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Compares a name in lower case with bytes in any case. */
    public static boolean sameIgnoringCase(byte[] lower, byte[] bytes, int start, int end) {
        if (end - start != lower.length) {
            return false;
        }
        for (int i = 0; i < lower.length; i++) {
            byte b = bytes[start + i];
            if (b != lower[i] && (b < 'A' || b > 'Z' || b + 32 != lower[i])) {
                return false;
            }
        }
        return true;
    }

    private static int slot(byte[] bytes, int start, int end) {
        int length = end - start;
        int middle = bytes[start + (length >> 1)] | 0x20;
        return ((bytes[start] | 0x20) * 7 + (bytes[end - 1] | 0x20) * 3 + middle + length * 31)
                & (SLOTS - 1);
    }

    static byte[] lower(String name) {
        byte[] lower = name.getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < lower.length; i++) {
            if (lower[i] >= 'A' && lower[i] <= 'Z') {
                lower[i] += 32;
            }
        }
        return lower;
    }
}
