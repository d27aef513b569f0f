package dev.weft.dataplane.http2.hpack;

import dev.weft.dataplane.http.FieldName;
import dev.weft.dataplane.http.Head;

/**
 * Reads header blocks of one connection into heads: each field becomes a line of HTTP/1 in the
 * head's bytes, so that whoever sends it on need not know where it came from. What exceeds the
 * bound is read, since the table must stay in step, and thrown away. Its event loop.
 */
public final class HpackDecoder {
    /** Takes the fields as they are read. */
    public interface Fields {
        /**
         * A field's line, with its line end, stands at the end of the head's bytes; it is part of
         * the head only when this makes it so.
         */
        void field(int start, int nameEnd, int valueStart, int valueEnd, byte id);
    }

    /** How a block was read. */
    public enum Result {
        COMPLETE,
        /** More fields, or larger ones, than are taken. */
        TOO_LARGE,
        /** Not a header block: the connection cannot go on. */
        BROKEN
    }

    /** How large the dynamic table may become: what the standard begins with. */
    private static final int TABLE_MAX = 4096;

    private static final int FIELDS_MAX = 256;
    private static final int NUMBER_MAX = 1 << 24;

    private final DynamicTable table = new DynamicTable(TABLE_MAX);
    private byte[] block = {};
    private int at;
    private int end;
    private boolean broken;
    private long size;
    private int count;

    /**
     * Reads one whole block.
     *
     * @param sizeMax the sum of names, values and 32 for each field
     */
    public Result decode(byte[] bytes, int from, int to, Head head, int sizeMax, Fields fields) {
        block = bytes;
        at = from;
        end = to;
        broken = false;
        size = 0;
        count = 0;
        boolean first = true;
        while (at < end && !broken) {
            int b = block[at];
            if ((b & 0xe0) == 0x20) {
                resize(first);
            } else {
                first = false;
                field(b, head, sizeMax, fields);
            }
        }
        block = NOTHING;
        if (broken) {
            return Result.BROKEN;
        }
        return isTooLarge(sizeMax) ? Result.TOO_LARGE : Result.COMPLETE;
    }

    private static final byte[] NOTHING = {};

    private boolean isTooLarge(int sizeMax) {
        return size > sizeMax || count > FIELDS_MAX;
    }

    private void resize(boolean allowed) {
        int next = number(5);
        if (!allowed || next > TABLE_MAX) {
            broken = true;
        } else {
            table.resize(next);
        }
    }

    private void field(int first, Head head, int sizeMax, Fields fields) {
        int start = head.limit();
        byte id;
        int nameEnd;
        int valueStart;
        boolean indexed = (first & 0x80) != 0;
        boolean kept = (first & 0xc0) == 0x40;
        int index = number(indexed ? 7 : kept ? 6 : 4);
        if (broken || (indexed && index == 0) || index > StaticTable.SIZE + table.count()) {
            broken = true;
            return;
        }
        if (indexed && isTooLarge(sizeMax)) {
            return;
        }
        id = index == 0 ? literalName(head) : knownName(head, index);
        nameEnd = head.limit();
        head.append((byte) ':');
        head.append((byte) ' ');
        valueStart = head.limit();
        if (indexed) {
            knownValue(head, index);
        } else {
            string(head);
        }
        if (broken) {
            return;
        }
        int valueEnd = head.limit();
        int nameLength = nameEnd - start;
        int valueLength = valueEnd - valueStart;
        if (kept) {
            table.add(head.bytes(), start, nameLength, valueStart, valueLength, id);
        }
        size += nameLength + valueLength + DynamicTable.OVERHEAD;
        count++;
        if (isTooLarge(sizeMax)) {
            head.limit(start);
        } else {
            head.append((byte) '\r');
            head.append((byte) '\n');
            fields.field(start, nameEnd, valueStart, valueEnd, id);
        }
    }

    private byte literalName(Head head) {
        int start = head.limit();
        string(head);
        int length = head.limit() - start;
        return length == 0 ? FieldName.OTHER : FieldName.of(head.bytes(), start, head.limit());
    }

    private byte knownName(Head head, int index) {
        if (index <= StaticTable.SIZE) {
            head.append(StaticTable.name(index));
            return StaticTable.id(index);
        }
        int entry = index - StaticTable.SIZE - 1;
        int start = table.nameStart(entry);
        head.append(table.bytes(), start, start + table.nameLength(entry));
        return table.id(entry);
    }

    private void knownValue(Head head, int index) {
        if (index <= StaticTable.SIZE) {
            head.append(StaticTable.value(index));
            return;
        }
        int entry = index - StaticTable.SIZE - 1;
        int start = table.nameStart(entry) + table.nameLength(entry);
        head.append(table.bytes(), start, start + table.valueLength(entry));
    }

    private void string(Head head) {
        if (at >= end) {
            broken = true;
            return;
        }
        boolean huffman = (block[at] & 0x80) != 0;
        int length = number(7);
        if (broken || length > end - at) {
            broken = true;
            return;
        }
        if (huffman) {
            byte[] to = head.room(Huffman.decodedMax(length));
            int decoded = Huffman.decode(block, at, at + length, to, head.limit());
            if (decoded < 0) {
                broken = true;
                return;
            }
            head.limit(decoded);
        } else {
            head.append(block, at, at + length);
        }
        at += length;
    }

    private int number(int bits) {
        int mask = (1 << bits) - 1;
        int value = block[at++] & mask;
        if (value < mask) {
            return value;
        }
        int shift = 0;
        while (at < end && shift <= 21) {
            int b = block[at++];
            value += (b & 0x7f) << shift;
            if (b >= 0) {
                broken |= value > NUMBER_MAX;
                return value;
            }
            shift += 7;
        }
        broken = true;
        return 0;
    }
}
