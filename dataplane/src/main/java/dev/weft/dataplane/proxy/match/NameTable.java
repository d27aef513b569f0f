package dev.weft.dataplane.proxy.match;

import dev.weft.dataplane.http.Head;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Names of hosts, found by their hash. A slot is one number, so that those of thousands of names
 * stay in a cache; what a look-up reads of a name lies together. Immutable; any event loop.
 */
final class NameTable {
    private static final VarHandle INTS =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());

    /** Of an entry: which host it is, the port above the length of the text, then the text. */
    private static final int TEXT = 8;

    private static final int LENGTH_BITS = 15;
    private static final int LENGTH = (1 << LENGTH_BITS) - 1;

    /** Where an entry stands, and above it as much of its hash as there is room for; 0: none. */
    private final int[] slots;

    private final byte[] entries;
    private final Hosted[] hosts;
    private final int mask;

    /** Which bits of a slot say where the entry stands. */
    private final int places;

    /**
     * @param names none of them empty
     */
    NameTable(List<HostTable.Name> names) {
        // a power of two, and more than half of it is free
        int count = Integer.highestOneBit(Math.max(1, names.size())) << 2;
        int bytes = 1;
        for (HostTable.Name name : names) {
            bytes += TEXT + name.key().length;
        }
        slots = new int[count];
        entries = new byte[bytes];
        hosts = new Hosted[names.size()];
        mask = count - 1;
        places = (Integer.highestOneBit(bytes) << 1) - 1;
        // none stands at 0
        int at = 1;
        for (int i = 0; i < hosts.length; i++) {
            HostTable.Name name = names.get(i);
            hosts[i] = name.hosted();
            put(name, i, at);
            at += TEXT + name.key().length;
        }
    }

    private void put(HostTable.Name name, int number, int at) {
        byte[] key = name.key();
        int slot = name.hash() & mask;
        while (slots[slot] != 0) {
            slot = (slot + 1) & mask;
        }
        slots[slot] = (name.hash() & ~places) | at;
        INTS.set(entries, at, number);
        INTS.set(entries, at + Integer.BYTES, name.port() << LENGTH_BITS | key.length);
        System.arraycopy(key, 0, entries, at + TEXT, key.length);
    }

    boolean isEmpty() {
        return hosts.length == 0;
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
        int found;
        for (int slot = hash & mask; (found = slots[slot]) != 0; slot = (slot + 1) & mask) {
            int at = found & places;
            if (((found ^ hash) & ~places) == 0 && isAt(at, bytes, start, end)) {
                int port = length(at) >>> LENGTH_BITS;
                Hosted host = hosts[(int) INTS.get(entries, at)];
                if (port == head.hostPort()) {
                    return host;
                }
                otherPorts = port == 0 ? host : otherPorts;
            }
        }
        return otherPorts;
    }

    private int length(int at) {
        return (int) INTS.get(entries, at + Integer.BYTES);
    }

    private boolean isAt(int at, byte[] bytes, int start, int end) {
        if ((length(at) & LENGTH) != end - start) {
            return false;
        }
        for (int i = start; i < end; i++) {
            if (entries[at + TEXT + i - start] != ByteTable.lower(bytes[i])) {
                return false;
            }
        }
        return true;
    }
}
