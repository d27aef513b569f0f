package dev.weft.dataplane.http2.hpack;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Hashes of names and values that look at both ends of them only: whoever finds a hash compares as
 * well. Pure; any thread.
 */
final class FieldHash {
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long LOWER = 0x2020202020202020L;
    private static final long MIX = 0x9E3779B97F4A7C15L;

    private FieldHash() {}

    /** The same for a name in any case. */
    static int name(byte[] bytes, int start, int end) {
        return mix(ends(bytes, start, end, LOWER), end - start);
    }

    static int field(int nameHash, byte[] bytes, int start, int end) {
        return mix(ends(bytes, start, end, 0) + nameHash * MIX, end - start);
    }

    private static long ends(byte[] bytes, int start, int end, long fold) {
        if (end - start >= 8) {
            long first = (long) LONGS.get(bytes, start) | fold;
            long last = (long) LONGS.get(bytes, end - 8) | fold;
            return first * 31 + last;
        }
        long word = 0;
        for (int i = start; i < end; i++) {
            word = word << 8 | (bytes[i] & 0xff | fold & 0xff);
        }
        return word;
    }

    private static int mix(long word, int length) {
        long mixed = (word ^ length) * MIX;
        return (int) (mixed >>> 32 ^ mixed >>> 13);
    }
}
