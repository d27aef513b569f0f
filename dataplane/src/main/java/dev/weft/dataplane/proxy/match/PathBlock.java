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
 * <p>First a head of {@link #SLOTS} bytes, then a hash table of pairs (hash, where the key stands;
 * 0: nothing), then the keys. A key is its length and kind, how many routes have it, its bytes, and
 * the routes: each its place in the order, twice, and one more where it asks for more than the
 * path.
 */
final class PathBlock {
    /** What is known of a route beside its path. */
    interface Asking {
        boolean asksMore(int order);
    }

    static final int EXACT = 0;
    static final int PREFIX = 1;

    private static final VarHandle INTS =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());
    private static final int MASK = 0;
    private static final int LONGEST_EXACT = 4;
    private static final int LONGEST_PREFIX = 8;

    /** The least place in the order that a prefix or expression has. */
    private static final int FIRST_PREFIX = 12;

    /** Where the key stands that every path has: 0 for nowhere. */
    private static final int EVERYWHERE = 16;

    private static final int SLOTS = 20;
    private static final int SLOT = 8;
    private static final int TEXT = 8;

    private PathBlock() {}

    /**
     * @param exact the places in the order of the routes that have these paths, the least first
     * @param prefixes the same for what paths begin with, in whole segments; empty: every path
     */
    static byte[] of(
            Map<String, List<Integer>> exact, Map<String, List<Integer>> prefixes, Asking asking) {
        int slots = Integer.highestOneBit(Math.max(1, exact.size() + prefixes.size())) << 2;
        byte[] block = new byte[SLOTS + slots * SLOT + size(exact) + size(prefixes)];
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
            put(block, at + 4, orders.size());
            System.arraycopy(text, 0, block, at + TEXT, text.length);
            int to = at + TEXT + text.length;
            for (int order : orders) {
                put(block, to, order << 1 | (asking.asksMore(order) ? 1 : 0));
                to += Integer.BYTES;
            }
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
        while (get(block, slot + 4) != 0) {
            slot = next(block, slot);
        }
        put(block, slot, hash);
        put(block, slot + 4, key);
    }

    private static int mixed(int hash, int kind) {
        return kind == EXACT ? hash : ~hash;
    }

    private static int slot(byte[] block, int hash) {
        return SLOTS + (hash & get(block, MASK)) * SLOT;
    }

    private static int next(byte[] block, int slot) {
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
        int slot = slot(block, wanted);
        int key;
        while ((key = get(block, slot + 4)) != 0) {
            if (get(block, slot) == wanted
                    && get(block, key) == size
                    && same(block, key + TEXT, bytes, start, end)) {
                return key;
            }
            slot = next(block, slot);
        }
        return 0;
    }

    private static boolean same(byte[] block, int at, byte[] bytes, int start, int end) {
        return java.util.Arrays.equals(block, at, at + end - start, bytes, start, end);
    }

    /** How many routes have a key. */
    static int count(byte[] block, int key) {
        return get(block, key + 4);
    }

    /** One of a key's routes: {@link #order} and {@link #asksMore} say what it means. */
    static int route(byte[] block, int key, int index) {
        return get(block, key + TEXT + (get(block, key) >>> 1) + index * Integer.BYTES);
    }

    static int order(int route) {
        return route >>> 1;
    }

    static boolean asksMore(int route) {
        return (route & 1) != 0;
    }

    /** Some of the keys, up to so many. */
    static List<Integer> some(byte[] block, int max) {
        List<Integer> some = new ArrayList<>();
        int end = SLOTS + (get(block, MASK) + 1) * SLOT;
        for (int slot = SLOTS; slot < end && some.size() < max; slot += SLOT) {
            if (get(block, slot + 4) != 0) {
                some.add(get(block, slot + 4));
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
