package dev.weft.dataplane.http2.hpack;

import dev.weft.dataplane.http.FieldName;
import java.nio.charset.StandardCharsets;

/** The fields that both ends know from the start (RFC 7541, appendix A). Constants; any thread. */
final class StaticTable {
    static final int SIZE = 61;

    private static final String[] FIELDS = {
        ":authority", "",
        ":method", "GET",
        ":method", "POST",
        ":path", "/",
        ":path", "/index.html",
        ":scheme", "http",
        ":scheme", "https",
        ":status", "200",
        ":status", "204",
        ":status", "206",
        ":status", "304",
        ":status", "400",
        ":status", "404",
        ":status", "500",
        "accept-charset", "",
        "accept-encoding", "gzip, deflate",
        "accept-language", "",
        "accept-ranges", "",
        "accept", "",
        "access-control-allow-origin", "",
        "age", "",
        "allow", "",
        "authorization", "",
        "cache-control", "",
        "content-disposition", "",
        "content-encoding", "",
        "content-language", "",
        "content-length", "",
        "content-location", "",
        "content-range", "",
        "content-type", "",
        "cookie", "",
        "date", "",
        "etag", "",
        "expect", "",
        "expires", "",
        "from", "",
        "host", "",
        "if-match", "",
        "if-modified-since", "",
        "if-none-match", "",
        "if-range", "",
        "if-unmodified-since", "",
        "last-modified", "",
        "link", "",
        "location", "",
        "max-forwards", "",
        "proxy-authenticate", "",
        "proxy-authorization", "",
        "range", "",
        "referer", "",
        "refresh", "",
        "retry-after", "",
        "server", "",
        "set-cookie", "",
        "strict-transport-security", "",
        "transfer-encoding", "",
        "user-agent", "",
        "vary", "",
        "via", "",
        "www-authenticate", "",
    };

    private static final byte[][] NAMES = new byte[SIZE + 1][];
    private static final byte[][] VALUES = new byte[SIZE + 1][];
    private static final byte[] IDS = new byte[SIZE + 1];
    private static final int SLOTS = 256;
    private static final byte[] BY_NAME = new byte[SLOTS];

    static {
        for (int i = 1; i <= SIZE; i++) {
            NAMES[i] = FIELDS[2 * i - 2].getBytes(StandardCharsets.US_ASCII);
            VALUES[i] = FIELDS[2 * i - 1].getBytes(StandardCharsets.US_ASCII);
            IDS[i] = FieldName.of(NAMES[i], 0, NAMES[i].length);
            if (index(NAMES[i], 0, NAMES[i].length) == 0) {
                int slot = slot(NAMES[i], 0, NAMES[i].length);
                while (BY_NAME[slot] != 0) {
                    slot = slot + 1 & SLOTS - 1;
                }
                BY_NAME[slot] = (byte) i;
            }
        }
    }

    private StaticTable() {}

    static byte[] name(int index) {
        return NAMES[index];
    }

    static byte[] value(int index) {
        return VALUES[index];
    }

    static byte id(int index) {
        return IDS[index];
    }

    /** The first index of a name written in any case, 0 where there is none. */
    static int index(byte[] bytes, int start, int end) {
        int slot = slot(bytes, start, end);
        int index;
        while ((index = BY_NAME[slot]) != 0) {
            if (FieldName.sameIgnoringCase(NAMES[index], bytes, start, end)) {
                return index;
            }
            slot = slot + 1 & SLOTS - 1;
        }
        return 0;
    }

    private static int slot(byte[] bytes, int start, int end) {
        return FieldHash.name(bytes, start, end) >>> 8 & SLOTS - 1;
    }
}
