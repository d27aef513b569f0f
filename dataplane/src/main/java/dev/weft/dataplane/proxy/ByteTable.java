package dev.weft.dataplane.proxy;

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
                    int hash = START;
                    for (byte b : bytes) {
                        hash = step(hash, b);
                    }
                    int slot = spread(hash) & mask;
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

    private static int spread(int hash) {
        return hash ^ (hash >>> 15);
    }

    /** Finds a key in lower case by bytes in any case. */
    @Nullable T findIgnoringCase(byte[] bytes, int start, int end) {
        int hash = START;
        for (int i = start; i < end; i++) {
            hash = step(hash, lower(bytes[i]));
        }
        for (int slot = spread(hash) & mask; keys[slot] != null; slot = (slot + 1) & mask) {
            byte[] key = keys[slot];
            if (key.length == end - start && sameIgnoringCase(key, bytes, start)) {
                return value(slot);
            }
        }
        return null;
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

    private static byte lower(byte b) {
        return b >= 'A' && b <= 'Z' ? (byte) (b + 32) : b;
    }

    private static boolean sameIgnoringCase(byte[] key, byte[] bytes, int start) {
        for (int i = 0; i < key.length; i++) {
            if (key[i] != lower(bytes[start + i])) {
                return false;
            }
        }
        return true;
    }
}
