package dev.weft.dataplane.proxy.match;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A map whose keys are looked up as bytes where they stand, without making a string. Immutable.
 *
 * @param <T> what is found
 */
final class ByteTable<T> {
    private static final int START = 0x811c9dc5;

    private final byte[][] keys;
    private final Object[] values;
    private final int mask;

    ByteTable(Map<String, T> entries) {
        int slots = Integer.highestOneBit(Math.max(4, entries.size() * 3)) << 1;
        keys = new byte[slots][];
        values = new Object[slots];
        mask = slots - 1;
        entries.forEach(
                (key, value) -> {
                    byte[] bytes = key.getBytes(StandardCharsets.ISO_8859_1);
                    int slot = hash(bytes) & mask;
                    while (keys[slot] != null) {
                        slot = (slot + 1) & mask;
                    }
                    keys[slot] = bytes;
                    values[slot] = value;
                });
    }

    static int start() {
        return START;
    }

    /** The hash of one byte more. */
    static int step(int hash, byte next) {
        return (hash ^ next) * 0x01000193;
    }

    /** The hash of a whole key. */
    static int hash(byte[] key) {
        int hash = START;
        for (byte b : key) {
            hash = step(hash, b);
        }
        return spread(hash);
    }

    static int spread(int hash) {
        return hash ^ (hash >>> 15);
    }

    /** Finds a key by bytes and their hash. */
    @Nullable T find(byte[] bytes, int start, int end, int hash) {
        for (int slot = spread(hash) & mask; keys[slot] != null; slot = (slot + 1) & mask) {
            byte[] key = keys[slot];
            if (java.util.Arrays.equals(key, 0, key.length, bytes, start, end)) {
                return value(slot);
            }
        }
        return null;
    }

    @SuppressWarnings("unchecked") // only values of T were put in
    private T value(int slot) {
        return (T) values[slot];
    }

    static byte lower(byte b) {
        return b >= 'A' && b <= 'Z' ? (byte) (b + 32) : b;
    }
}
