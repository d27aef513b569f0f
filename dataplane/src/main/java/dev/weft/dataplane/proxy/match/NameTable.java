package dev.weft.dataplane.proxy.match;

import dev.weft.dataplane.http.Head;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Names of hosts, found by their hash. A slot is one number, so that those of thousands of names
 * stay in a cache. It says at once which host it is, so that the host's own is on its way from
 * memory while the name is compared. Immutable; any event loop.
 */
final class NameTable {
    private static final VarHandle INTS =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());

    /** Of an entry: the port above the length of the text, then the text. */
    private static final int TEXT = 4;

    private static final int LENGTH_BITS = 15;
    private static final int LENGTH = (1 << LENGTH_BITS) - 1;

    /** A number from 1 on, and above it as much of the hash as there is room for; 0: none. */
    private final int[] slots;

    /** By number: whose name it is. */
    private final Hosted[] hosts;

    /** By number: where its entry stands. */
    private final int[] places;

    private final byte[] entries;
    private final int mask;

    /** Which bits of a slot are the number. */
    private final int numbers;

    /**
     * @param names none of them empty
     */
    NameTable(List<HostTable.Name> names) {
        // a power of two, and more than half of it is free
        int count = Integer.highestOneBit(Math.max(1, names.size())) << 2;
        int bytes = 0;
        for (HostTable.Name name : names) {
            bytes += TEXT + name.key().length;
        }
        slots = new int[count];
        entries = new byte[bytes];
        hosts = new Hosted[names.size() + 1];
        places = new int[names.size() + 1];
        mask = count - 1;
        numbers = (Integer.highestOneBit(names.size() + 1) << 1) - 1;
        int at = 0;
        for (int number = 1; number < hosts.length; number++) {
            HostTable.Name name = names.get(number - 1);
            hosts[number] = name.hosted();
            places[number] = at;
            put(name, number);
            at += TEXT + name.key().length;
        }
    }

    private void put(HostTable.Name name, int number) {
        byte[] key = name.key();
        int slot = name.hash() & mask;
        while (slots[slot] != 0) {
            slot = (slot + 1) & mask;
        }
        slots[slot] = (name.hash() & ~numbers) | number;
        INTS.set(entries, places[number], name.port() << LENGTH_BITS | key.length);
        System.arraycopy(key, 0, entries, places[number] + TEXT, key.length);
    }

    boolean isEmpty() {
        return hosts.length == 1;
    }

    /** Finds the host of a request from a place in its name on; that of its port before others. */
    @Nullable Hosted find(Head head, int start) {
        byte[] bytes = head.bytes();
        int end = head.hostEnd();
        int hash = Runs.hashOfName(bytes, start, end);
        Hosted otherPorts = null;
        int found;
        for (int slot = hash & mask; (found = slots[slot]) != 0; slot = (slot + 1) & mask) {
            if (((found ^ hash) & ~numbers) == 0) {
                Hosted host = hosts[found & numbers];
                int at = places[found & numbers];
                if (isAt(at, bytes, start, end)) {
                    int port = length(at) >>> LENGTH_BITS;
                    if (port == head.hostPort()) {
                        return host;
                    }
                    otherPorts = port == 0 ? host : otherPorts;
                }
            }
        }
        return otherPorts;
    }

    private int length(int at) {
        return (int) INTS.get(entries, at);
    }

    private boolean isAt(int at, byte[] bytes, int start, int end) {
        int size = end - start;
        if ((length(at) & LENGTH) != size) {
            return false;
        }
        int text = at + TEXT;
        // as it is written nearly always
        if (Runs.same(entries, text, bytes, start, size)) {
            return true;
        }
        for (int i = 0; i < size; i++) {
            if (entries[text + i] != ByteTable.lower(bytes[start + i])) {
                return false;
            }
        }
        return true;
    }
}
