package dev.weft.dataplane.proxy.match;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Runs of bytes, looked at eight at a time: names and paths of any length then take nearly the same
 * way through the processor, which guesses wrong where they do not. Pure.
 */
final class Runs {
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int WORD = Long.BYTES;
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH = 0x8080808080808080L;
    private static final long SLASHES = '/' * ONES;

    /** Makes large letters small; what it makes of other bytes is the same for all who ask. */
    private static final long SMALL = 0x20 * ONES;

    private static final long FACTOR = 0x9E3779B97F4A7C15L;

    private Runs() {}

    static int hash(byte[] bytes, int start, int end) {
        return hash(bytes, start, end, 0);
    }

    /** The same for large letters and small ones. */
    static int hashOfName(byte[] bytes, int start, int end) {
        return hash(bytes, start, end, SMALL);
    }

    private static int hash(byte[] bytes, int start, int end, long also) {
        int length = end - start;
        long hash = length;
        if (length >= WORD) {
            int last = end - WORD;
            for (int at = start; at < last; at += WORD) {
                hash = mixed(hash, word(bytes, at) | also);
            }
            hash = mixed(hash, word(bytes, last) | also);
        } else {
            hash = mixed(hash, few(bytes, start, length) | also);
        }
        return (int) (hash ^ (hash >>> 32));
    }

    /** That of one part after another: where the parts end matters. */
    static int chained(int before, int next) {
        long hash = mixed(before, next);
        return (int) (hash ^ (hash >>> 32));
    }

    private static long mixed(long hash, long word) {
        long product = (hash ^ word) * FACTOR;
        return product ^ (product >>> 29);
    }

    /** All of less than eight bytes, some of them twice. */
    private static long few(byte[] bytes, int start, int length) {
        if (length >= Integer.BYTES) {
            int last = start + length - Integer.BYTES;
            return (int) INTS.get(bytes, start) | ((long) (int) INTS.get(bytes, last) << 32);
        }
        return length == 0
                ? 0
                : bytes[start]
                        | (bytes[start + length / 2] << Byte.SIZE)
                        | (bytes[start + length - 1] << (2 * Byte.SIZE));
    }

    static boolean same(byte[] some, int at, byte[] others, int start, int length) {
        if (length < WORD) {
            for (int i = 0; i < length; i++) {
                if (some[at + i] != others[start + i]) {
                    return false;
                }
            }
            return true;
        }
        int last = length - WORD;
        for (int i = 0; i < last; i += WORD) {
            if (word(some, at + i) != word(others, start + i)) {
                return false;
            }
        }
        return word(some, at + last) == word(others, start + last);
    }

    /** Where the next slash is; the end if there is none. */
    static int slash(byte[] bytes, int start, int end) {
        int at = start;
        while (at < end && at + WORD <= bytes.length) {
            long others = word(bytes, at) ^ SLASHES;
            long slashes = (others - ONES) & ~others & HIGH;
            if (slashes != 0) {
                return Math.min(end, at + (Long.numberOfTrailingZeros(slashes) >>> 3));
            }
            at += WORD;
        }
        while (at < end && bytes[at] != '/') {
            at++;
        }
        return Math.min(at, end);
    }

    /** Eight bytes, the first of them the lowest. */
    static long word(byte[] bytes, int at) {
        return (long) LONGS.get(bytes, at);
    }
}
