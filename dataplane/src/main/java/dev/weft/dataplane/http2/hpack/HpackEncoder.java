package dev.weft.dataplane.http2.hpack;

import dev.weft.dataplane.http.FieldName;
import io.netty.buffer.ByteBuf;

/**
 * Writes header blocks of one connection. What comes a second time is put into the dynamic table,
 * so that it is one byte from then on; what differs each time is not. Secrets never are. Its event
 * loop.
 */
public final class HpackEncoder {
    private static final int TABLE_MAX = 4096;

    /** A longer value is not worth its place in the table. */
    private static final int INDEXED_MAX = 128;

    private static final int SLOTS = 128;
    private static final int METHOD_GET = 2;
    private static final int METHOD_POST = 3;
    private static final int PATH = 4;
    private static final int SCHEME_HTTP = 6;
    private static final int SCHEME_HTTPS = 7;
    private static final int STATUS = 8;
    private static final int[] STATUSES = {200, 204, 206, 304, 400, 404, 500};
    private static final int SET_COOKIE = 55;
    private static final int COOKIE = 32;
    private static final int AUTHORIZATION = 23;
    private static final int PROXY_AUTHORIZATION = 49;

    private final DynamicTable table = new DynamicTable(TABLE_MAX);
    private int smallest = TABLE_MAX;
    private boolean resized;

    /** By hash: the number of the entry that was added last, and hashes that were seen. */
    private long[] entries = {};

    private int[] seen = {};

    /** The peer keeps no more than so much, from the next block on. Its setting. */
    public void peerTableMax(long max) {
        int next = (int) Math.min(max, TABLE_MAX);
        if (next != table.sizeMax()) {
            smallest = resized ? Math.min(smallest, next) : next;
            resized = true;
            table.resize(next);
        }
    }

    /** Begins a block. */
    public void begin(ByteBuf out) {
        if (resized) {
            resized = false;
            if (smallest < table.sizeMax()) {
                number(out, 0x20, 5, smallest);
            }
            number(out, 0x20, 5, table.sizeMax());
        }
    }

    /** An upper bound of what a field takes beyond its bytes. */
    public static int overhead() {
        return 12;
    }

    public void status(ByteBuf out, int status) {
        for (int i = 0; i < STATUSES.length; i++) {
            if (STATUSES[i] == status) {
                out.writeByte(0x80 | STATUS + i);
                return;
            }
        }
        out.writeByte(STATUS);
        out.writeByte(3);
        out.writeByte('0' + status / 100);
        out.writeByte('0' + status / 10 % 10);
        out.writeByte('0' + status % 10);
    }

    public void method(ByteBuf out, byte[] bytes, int start, int end) {
        if (same(StaticTable.value(METHOD_GET), bytes, start, end)) {
            out.writeByte(0x80 | METHOD_GET);
        } else if (same(StaticTable.value(METHOD_POST), bytes, start, end)) {
            out.writeByte(0x80 | METHOD_POST);
        } else {
            out.writeByte(METHOD_GET);
            string(out, bytes, start, end);
        }
    }

    private static boolean same(byte[] known, byte[] bytes, int start, int end) {
        return java.util.Arrays.equals(known, 0, known.length, bytes, start, end);
    }

    public void scheme(ByteBuf out, boolean https) {
        out.writeByte(0x80 | (https ? SCHEME_HTTPS : SCHEME_HTTP));
    }

    public void path(ByteBuf out, byte[] bytes, int start, int end) {
        field(out, StaticTable.name(PATH), 0, StaticTable.name(PATH).length, bytes, start, end);
    }

    public void authority(ByteBuf out, byte[] bytes, int start, int end) {
        field(out, StaticTable.name(1), 0, StaticTable.name(1).length, bytes, start, end);
    }

    /** A field, whose name may be in any case and is written in lower case. */
    public void field(
            ByteBuf out, byte[] nameBytes, int name, int nameEnd, byte[] b, int value, int end) {
        int known = StaticTable.index(nameBytes, name, nameEnd);
        if (known == SET_COOKIE
                || known == COOKIE
                || known == AUTHORIZATION
                || known == PROXY_AUTHORIZATION) {
            literal(out, 0x10, 4, known, nameBytes, name, nameEnd);
            string(out, b, value, end);
            return;
        }
        int length = end - value;
        if (length > INDEXED_MAX || table.sizeMax() == 0) {
            literal(out, 0, 4, known, nameBytes, name, nameEnd);
            string(out, b, value, end);
            return;
        }
        int hash = FieldHash.field(FieldHash.name(nameBytes, name, nameEnd), b, value, end);
        int entry = find(hash, nameBytes, name, nameEnd, b, value, end);
        if (entry >= 0) {
            number(out, 0x80, 7, StaticTable.SIZE + 1 + entry);
        } else if (seenBefore(hash)) {
            remember(out, hash, known, nameBytes, name, nameEnd, b, value, end);
        } else {
            literal(out, 0, 4, known, nameBytes, name, nameEnd);
            string(out, b, value, end);
        }
    }

    private int find(
            int hash, byte[] nameBytes, int name, int nameEnd, byte[] b, int value, int end) {
        if (entries.length == 0) {
            return -1;
        }
        long number = entries[hash & SLOTS - 1];
        long entry = table.added() - number;
        if (number == 0 || entry >= table.count()) {
            return -1;
        }
        int at = (int) entry;
        int nameLength = nameEnd - name;
        int start = table.nameStart(at);
        if (table.nameLength(at) != nameLength || table.valueLength(at) != end - value) {
            return -1;
        }
        byte[] kept = table.bytes();
        for (int i = 0; i < nameLength; i++) {
            if (kept[start + i] != Ascii.lower(nameBytes[name + i])) {
                return -1;
            }
        }
        int from = start + nameLength;
        return java.util.Arrays.equals(kept, from, from + end - value, b, value, end) ? at : -1;
    }

    private boolean seenBefore(int hash) {
        if (seen.length == 0) {
            seen = new int[SLOTS];
        }
        int slot = hash >>> 8 & SLOTS - 1;
        boolean before = seen[slot] == hash;
        seen[slot] = hash;
        return before;
    }

    private void remember(
            ByteBuf out,
            int hash,
            int known,
            byte[] nameBytes,
            int name,
            int nameEnd,
            byte[] b,
            int value,
            int end) {
        literal(out, 0x40, 6, known, nameBytes, name, nameEnd);
        int coded = Huffman.encodedLength(b, value, end);
        if (coded < end - value) {
            number(out, 0x80, 7, coded);
            Huffman.encode(b, value, end, out);
        } else {
            string(out, b, value, end);
        }
        int nameLength = nameEnd - name;
        int length = nameLength + end - value;
        byte[] both = new byte[length];
        for (int i = 0; i < nameLength; i++) {
            both[i] = Ascii.lower(nameBytes[name + i]);
        }
        System.arraycopy(b, value, both, nameLength, end - value);
        table.add(both, 0, nameLength, nameLength, end - value, FieldName.OTHER);
        if (entries.length == 0) {
            entries = new long[SLOTS];
        }
        entries[hash & SLOTS - 1] = table.added();
    }

    private static void literal(
            ByteBuf out, int kind, int bits, int known, byte[] nameBytes, int name, int nameEnd) {
        number(out, kind, bits, known);
        if (known == 0) {
            number(out, 0, 7, nameEnd - name);
            for (int i = name; i < nameEnd; i++) {
                out.writeByte(Ascii.lower(nameBytes[i]));
            }
        }
    }

    private static void string(ByteBuf out, byte[] bytes, int start, int end) {
        number(out, 0, 7, end - start);
        out.writeBytes(bytes, start, end - start);
    }

    private static void number(ByteBuf out, int kind, int bits, int value) {
        int mask = (1 << bits) - 1;
        if (value < mask) {
            out.writeByte(kind | value);
            return;
        }
        out.writeByte(kind | mask);
        int rest = value - mask;
        while (rest >= 0x80) {
            out.writeByte(rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        out.writeByte(rest);
    }
}
