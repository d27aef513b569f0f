package dev.weft.dataplane.http2.hpack;

/**
 * The fields that one end has told the other, newest first, bounded by the sum of their sizes. The
 * bytes stand in one array that is moved together when its end is reached, and nothing is allocated
 * before the first field. Its event loop.
 */
final class DynamicTable {
    /** What a field counts beyond its bytes. */
    static final int OVERHEAD = 32;

    private static final byte[] EMPTY = {};
    private static final int STRIDE = 3;

    private int sizeMax;
    private int size;
    private byte[] bytes = EMPTY;
    private int end;

    /** Per entry, in a ring: where it starts, its name's length, its value's length. */
    private int[] spans = {};

    private byte[] ids = EMPTY;
    private int oldest;
    private int count;
    private long added;

    DynamicTable(int sizeMax) {
        this.sizeMax = sizeMax;
    }

    int count() {
        return count;
    }

    int sizeMax() {
        return sizeMax;
    }

    /** How many fields have ever been added. */
    long added() {
        return added;
    }

    byte[] bytes() {
        return bytes;
    }

    /** Where the name of an entry starts; entry 0 is the newest. */
    int nameStart(int entry) {
        return spans[place(entry) * STRIDE];
    }

    int nameLength(int entry) {
        return spans[place(entry) * STRIDE + 1];
    }

    int valueLength(int entry) {
        return spans[place(entry) * STRIDE + 2];
    }

    byte id(int entry) {
        return ids[place(entry)];
    }

    private int place(int entry) {
        return (oldest + count - 1 - entry) & (ids.length - 1);
    }

    void resize(int next) {
        sizeMax = next;
        evict(0);
    }

    /**
     * Adds a field, unless it is larger than the whole table, which is then empty.
     *
     * @param from not this table's own bytes
     */
    void add(byte[] from, int name, int nameLength, int value, int valueLength, byte id) {
        int length = nameLength + valueLength;
        evict(length + OVERHEAD);
        if (length + OVERHEAD > sizeMax) {
            return;
        }
        makeRoom(length);
        System.arraycopy(from, name, bytes, end, nameLength);
        System.arraycopy(from, value, bytes, end + nameLength, valueLength);
        int place = (oldest + count) & (ids.length - 1);
        spans[place * STRIDE] = end;
        spans[place * STRIDE + 1] = nameLength;
        spans[place * STRIDE + 2] = valueLength;
        ids[place] = id;
        end += length;
        size += length + OVERHEAD;
        count++;
        added++;
    }

    private void evict(int room) {
        while (count > 0 && size + room > sizeMax) {
            int at = oldest * STRIDE;
            size -= spans[at + 1] + spans[at + 2] + OVERHEAD;
            oldest = (oldest + 1) & (ids.length - 1);
            count--;
        }
    }

    private void makeRoom(int length) {
        if (count == ids.length) {
            growEntries();
        }
        if (end + length > bytes.length) {
            int start = count == 0 ? end : nameStart(count - 1);
            int used = end - start;
            byte[] to = bytes;
            if (used + length > bytes.length / 2) {
                to = new byte[Math.max(256, 2 * (used + length))];
            }
            System.arraycopy(bytes, start, to, 0, used);
            bytes = to;
            for (int i = 0; i < count; i++) {
                spans[place(i) * STRIDE] -= start;
            }
            end = used;
        }
    }

    private void growEntries() {
        int next = Math.max(8, ids.length * 2);
        int[] newSpans = new int[next * STRIDE];
        byte[] newIds = new byte[next];
        for (int i = 0; i < count; i++) {
            int from = (oldest + i) & (ids.length - 1);
            System.arraycopy(spans, from * STRIDE, newSpans, i * STRIDE, STRIDE);
            newIds[i] = ids[from];
        }
        spans = newSpans;
        ids = newIds;
        oldest = 0;
    }
}
