package dev.weft.dataplane.proxy.match;

import dev.weft.dataplane.http.Head;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Names of hosts, found by their hash. All that a look-up reads but the host itself lies together,
 * so that thousands of names stay in a cache. Immutable; any event loop.
 */
final class NameTable {
    /**
     * Of a slot: the hash, where the text begins, the port above the length of the text, and which
     * host it is.
     */
    private static final int SLOT = 4;

    private static final int LENGTH_BITS = 15;
    private static final int LENGTH = (1 << LENGTH_BITS) - 1;

    private final int[] slots;
    private final byte[] text;
    private final Hosted[] hosts;
    private final int mask;

    /**
     * @param names none of them empty
     */
    NameTable(List<HostTable.Name> names) {
        // a power of two, a third of which is free
        int count = Integer.highestOneBit(Math.max(1, names.size() + names.size() / 2)) << 1;
        int bytes = 0;
        for (HostTable.Name name : names) {
            bytes += name.key().length;
        }
        slots = new int[count * SLOT];
        text = new byte[bytes];
        hosts = new Hosted[names.size()];
        mask = count - 1;
        int at = 0;
        int number = 0;
        for (HostTable.Name name : names) {
            put(name, at, number++);
            at += name.key().length;
        }
    }

    private void put(HostTable.Name name, int at, int number) {
        byte[] key = name.key();
        int slot = name.hash() & mask;
        while (slots[slot * SLOT + 2] != 0) {
            slot = (slot + 1) & mask;
        }
        System.arraycopy(key, 0, text, at, key.length);
        slots[slot * SLOT] = name.hash();
        slots[slot * SLOT + 1] = at;
        slots[slot * SLOT + 2] = name.port() << LENGTH_BITS | key.length;
        slots[slot * SLOT + 3] = number;
        hosts[number] = name.hosted();
    }

    boolean isEmpty() {
        return text.length == 0;
    }

    /** Finds the host of a request from a place in its name on; that of its port before others. */
    @Nullable Hosted find(Head head, int start) {
        byte[] bytes = head.bytes();
        int end = head.hostEnd();
        int hash = ByteTable.start();
        for (int i = start; i < end; i++) {
            hash = ByteTable.step(hash, ByteTable.lower(bytes[i]));
        }
        hash = ByteTable.spread(hash);
        Hosted otherPorts = null;
        int length;
        for (int slot = hash & mask;
                (length = slots[slot * SLOT + 2]) != 0;
                slot = (slot + 1) & mask) {
            if (slots[slot * SLOT] == hash
                    && (length & LENGTH) == end - start
                    && isAt(slots[slot * SLOT + 1], bytes, start, end)) {
                int port = length >>> LENGTH_BITS;
                if (port == head.hostPort()) {
                    return hosts[slots[slot * SLOT + 3]];
                }
                otherPorts = port == 0 ? hosts[slots[slot * SLOT + 3]] : otherPorts;
            }
        }
        return otherPorts;
    }

    private boolean isAt(int at, byte[] bytes, int start, int end) {
        for (int i = start; i < end; i++) {
            if (text[at + i - start] != ByteTable.lower(bytes[i])) {
                return false;
            }
        }
        return true;
    }
}
