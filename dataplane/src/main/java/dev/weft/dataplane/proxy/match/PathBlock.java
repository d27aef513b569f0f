package dev.weft.dataplane.proxy.match;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The paths of one host's routes in one array of bytes: what a request reads of ten thousand hosts
 * is seldom in a cache, so it is laid out to lie in few cache lines, and nothing in it leads
 * elsewhere. Pure.
 *
 * <p>First a head of {@link #SLOTS} bytes, then a hash table of where the keys stand, with as much
 * of the hash as there is room for (0: nothing), then the keys. A key is its length and kind, its
 * bytes, and the routes: each its place in the order, four times, one more where it asks for more
 * than the path, and two more for the last.
 */
final class PathBlock {
    /** What is known of a route beside its path. */
    interface Asking {
        boolean asksMore(int order);
    }

    static final int EXACT = 0;
    static final int PREFIX = 1;

    private static final int MORE = 1;
    private static final int LAST = 2;

    private static final VarHandle INTS =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());
    private static final int MASK = 0;
    private static final int LONGEST_EXACT = 4;
    private static final int LONGEST_PREFIX = 8;

    /** The least place in the order that a prefix or expression has. */
    private static final int FIRST_PREFIX = 12;

    /** Where the key stands that every path has: 0 for nowhere. */
    private static final int EVERYWHERE = 16;

    /** Which bits of a slot say where the key stands; the others are those of its hash. */
    private static final int PLACE = 20;

    private static final int SLOTS = 24;
    private static final int SLOT = 4;
    private static final int TEXT = 4;

    private PathBlock() {}

    /**
     * @param exact the places in the order of the routes that have these paths, the least first
     * @param prefixes the same for what paths begin with, in whole segments; empty: every path
     */
    static byte[] of(
            Map<String, List<Integer>> exact, Map<String, List<Integer>> prefixes, Asking asking) {
        int keys = exact.size() + prefixes.size();
        // a power of two, a third of which is free
        int slots = Integer.highestOneBit(Math.max(1, keys + keys / 2)) << 1;
        byte[] block = new byte[SLOTS + slots * SLOT + size(exact) + size(prefixes)];
        put(block, PLACE, (Integer.highestOneBit(block.length) << 1) - 1);
        put(block, MASK, slots - 1);
        put(block, LONGEST_EXACT, longest(exact));
        put(block, LONGEST_PREFIX, longest(prefixes));
        put(block, FIRST_PREFIX, first(prefixes));
        int at = SLOTS + slots * SLOT;
        at = keys(block, at, EXACT, exact, asking);
        keys(block, at, PREFIX, prefixes, asking);
        return block;
    }

    private static int size(Map<String, List<Integer>> keys) {
        int size = 0;
        for (var key : keys.entrySet()) {
            size += TEXT + key.getKey().length() + key.getValue().size() * Integer.BYTES;
        }
        return size;
    }

    private static int longest(Map<String, List<Integer>> keys) {
        return keys.keySet().stream().mapToInt(String::length).max().orElse(0);
    }

    private static int first(Map<String, List<Integer>> keys) {
        return keys.values().stream().mapToInt(List::getFirst).min().orElse(Integer.MAX_VALUE);
    }

    private static int keys(
            byte[] block, int start, int kind, Map<String, List<Integer>> keys, Asking asking) {
        int at = start;
        for (var key : keys.entrySet()) {
            byte[] text = key.getKey().getBytes(StandardCharsets.ISO_8859_1);
            List<Integer> orders = key.getValue();
            put(block, at, text.length << 1 | kind);
            System.arraycopy(text, 0, block, at + TEXT, text.length);
            int to = at + TEXT + text.length;
            for (int order : orders) {
                put(block, to, order << 2 | (asking.asksMore(order) ? MORE : 0));
                to += Integer.BYTES;
            }
            int last = to - Integer.BYTES;
            put(block, last, get(block, last) | LAST);
            if (text.length == 0) {
                put(block, EVERYWHERE, at);
            } else {
                enter(block, at, mixed(ByteTable.hash(text), kind));
            }
            at = to;
        }
        return at;
    }

    private static void enter(byte[] block, int key, int hash) {
        int slot = slot(block, hash);
        while (get(block, slot) != 0) {
            slot = nextSlot(block, slot);
        }
        put(block, slot, (hash & ~get(block, PLACE)) | key);
    }

    private static int mixed(int hash, int kind) {
        return kind == EXACT ? hash : ~hash;
    }

    private static int slot(byte[] block, int hash) {
        return SLOTS + (hash & get(block, MASK)) * SLOT;
    }

    private static int nextSlot(byte[] block, int slot) {
        return SLOTS + ((slot - SLOTS) / SLOT + 1 & get(block, MASK)) * SLOT;
    }

    // ---- looking up

    static int longestExact(byte[] block) {
        return get(block, LONGEST_EXACT);
    }

    static int longestPrefix(byte[] block) {
        return get(block, LONGEST_PREFIX);
    }

    static int firstPrefix(byte[] block) {
        return get(block, FIRST_PREFIX);
    }

    /** The key that every path has; 0 if there is none. */
    static int everywhere(byte[] block) {
        return get(block, EVERYWHERE);
    }

    /**
     * Where a key stands; 0 if it is not there.
     *
     * @param hash of the bytes, as {@link ByteTable#step} adds it up
     */
    static int find(byte[] block, int kind, byte[] bytes, int start, int end, int hash) {
        int wanted = mixed(ByteTable.spread(hash), kind);
        int size = end - start << 1 | kind;
        int places = get(block, PLACE);
        int slot = slot(block, wanted);
        int found;
        while ((found = get(block, slot)) != 0) {
            int key = found & places;
            if (((found ^ wanted) & ~places) == 0
                    && get(block, key) == size
                    && same(block, key + TEXT, bytes, start, end)) {
                return key;
            }
            slot = nextSlot(block, slot);
        }
        return 0;
    }

    private static boolean same(byte[] block, int at, byte[] bytes, int start, int end) {
        return java.util.Arrays.equals(block, at, at + end - start, bytes, start, end);
    }

    /** Where the first of a key's routes stands. */
    static int routes(byte[] block, int key) {
        return key + TEXT + (get(block, key) >>> 1);
    }

    /** What follows a route that is not the last. */
    static int next(int at) {
        return at + Integer.BYTES;
    }

    /** One of a key's routes: the methods below say what it means. */
    static int route(byte[] block, int at) {
        return get(block, at);
    }

    static int order(int route) {
        return route >>> 2;
    }

    static boolean asksMore(int route) {
        return (route & MORE) != 0;
    }

    static boolean isLast(int route) {
        return (route & LAST) != 0;
    }

    /** Some of the keys, up to so many. */
    static List<Integer> some(byte[] block, int max) {
        List<Integer> some = new ArrayList<>();
        int end = SLOTS + (get(block, MASK) + 1) * SLOT;
        for (int slot = SLOTS; slot < end && some.size() < max; slot += SLOT) {
            if (get(block, slot) != 0) {
                some.add(get(block, slot) & get(block, PLACE));
            }
        }
        return some;
    }

    private static int get(byte[] block, int at) {
        return (int) INTS.get(block, at);
    }

    private static void put(byte[] block, int at, int value) {
        INTS.set(block, at, value);
    }
}
