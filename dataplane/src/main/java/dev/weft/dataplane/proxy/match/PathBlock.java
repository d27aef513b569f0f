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
 * <p>First a head of {@link #GROUPS} bytes, then a hash table of where the keys stand, in groups of
 * eight: a byte of the hash of each, which are compared at once, then the places. So a request
 * takes the same way whichever of them it wants, and what is not there is nearly always known
 * without a look at a key. Then the keys. A key is its length and kind, its bytes, and the routes:
 * each its place in the order, four times, one more where it asks for more than the path, and two
 * more for the last.
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

    private static final int GROUPS = 20;

    /** How many keys a group has room for. */
    private static final int ROOM = 8;

    /** How many of them are taken on average, at most, where there are several groups. */
    private static final int TAKEN = 6;

    private static final int GROUP = ROOM + ROOM * Integer.BYTES;
    private static final long ONES = 0x0101010101010101L;

    /** Each byte of a hash has this bit: 0 is none. */
    private static final long THERE = 0x8080808080808080L;

    private static final int TEXT = 4;

    private PathBlock() {}

    /**
     * @param exact the places in the order of the routes that have these paths, the least first
     * @param prefixes the same for what paths begin with, in whole segments; empty: every path
     */
    static byte[] of(
            Map<String, List<Integer>> exact, Map<String, List<Integer>> prefixes, Asking asking) {
        int keys = exact.size() + prefixes.size();
        int groups = keys <= ROOM ? 1 : Integer.highestOneBit((keys - 1) / TAKEN) << 1;
        int texts = GROUPS + groups * GROUP;
        byte[] block = new byte[texts + size(exact) + size(prefixes)];
        put(block, MASK, groups - 1);
        put(block, LONGEST_EXACT, longest(exact));
        put(block, LONGEST_PREFIX, longest(prefixes));
        put(block, FIRST_PREFIX, first(prefixes));
        int at = keys(block, texts, EXACT, exact, asking);
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
                enter(block, at, kind == EXACT ? hash(text) : hashOfPrefix(text));
            }
            at = to;
        }
        return at;
    }

    private static void enter(byte[] block, int key, int hash) {
        int group = group(block, hash);
        while (free(Runs.word(block, group)) == 0) {
            group = nextGroup(block, group);
        }
        int i = Long.numberOfTrailingZeros(free(Runs.word(block, group))) >>> 3;
        block[group + i] = tag(hash);
        put(block, group + ROOM + i * Integer.BYTES, key);
    }

    private static byte tag(int hash) {
        return (byte) ((hash >>> 25) | 0x80);
    }

    private static int group(byte[] block, int hash) {
        return GROUPS + (hash & get(block, MASK)) * GROUP;
    }

    private static int nextGroup(byte[] block, int group) {
        return GROUPS + (((group - GROUPS) / GROUP + 1) & get(block, MASK)) * GROUP;
    }

    /** The high bit of each byte of a group's that is free. */
    private static long free(long tags) {
        return ~tags & THERE;
    }

    /** The high bit of each byte that is the tag. */
    private static long equal(long tags, byte tag) {
        long others = tags ^ ((tag & 0xFF) * ONES);
        return (THERE - (others & ~THERE)) & ~others & THERE;
    }

    static int hash(byte[] path) {
        return Runs.hash(path, 0, path.length);
    }

    /** Of what is not empty, as {@link #nextHash} makes it segment by segment. */
    static int hashOfPrefix(byte[] prefix) {
        int hash = 0;
        int start = 0;
        while (start < prefix.length) {
            int end = Runs.slash(prefix, start + 1, prefix.length);
            hash = nextHash(hash, prefix, start, end);
            start = end;
        }
        return hash;
    }

    /**
     * @param before that of the prefix without its last segment; 0 for the first one
     */
    static int nextHash(int before, byte[] bytes, int start, int end) {
        return ~Runs.chained(before, Runs.hash(bytes, start, end));
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
     * @param hash of an exact path, or of a prefix
     */
    static int find(byte[] block, int kind, byte[] bytes, int start, int end, int hash) {
        int size = end - start << 1 | kind;
        byte tag = tag(hash);
        int first = group(block, hash);
        int group = first;
        do {
            long tags = Runs.word(block, group);
            for (long found = equal(tags, tag); found != 0; found &= found - 1) {
                int i = Long.numberOfTrailingZeros(found) >>> 3;
                int key = get(block, group + ROOM + i * Integer.BYTES);
                if (get(block, key) == size
                        && Runs.same(block, key + TEXT, bytes, start, end - start)) {
                    return key;
                }
            }
            if (free(tags) != 0) {
                return 0;
            }
            group = nextGroup(block, group);
        } while (group != first);
        return 0;
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
        int end = GROUPS + (get(block, MASK) + 1) * GROUP;
        for (int group = GROUPS; group < end; group += GROUP) {
            for (int i = 0; i < ROOM && some.size() < max; i++) {
                if (block[group + i] != 0) {
                    some.add(get(block, group + ROOM + i * Integer.BYTES));
                }
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
