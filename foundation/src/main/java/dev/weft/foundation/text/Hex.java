package dev.weft.foundation.text;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Numbers as sixteen digits, eight at a time. Any thread. */
public final class Hex {
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Hex() {}

    /** Writes sixteen bytes, small letters. */
    public static void write(long value, byte[] to, int at) {
        LONGS.set(to, at, digits(value >>> 32));
        LONGS.set(to, at + Long.BYTES, digits(value & 0xffff_ffffL));
    }

    /** The eight digits of 32 bits, the first in the highest byte. */
    private static long digits(long bits) {
        // one byte for each four bits
        long x = (bits | bits << 16) & 0x0000_ffff_0000_ffffL;
        x = (x | x << 8) & 0x00ff_00ff_00ff_00ffL;
        x = (x | x << 4) & 0x0f0f_0f0f_0f0f_0f0fL;
        long letters = (x + 0x0606_0606_0606_0606L) >>> 4 & 0x0101_0101_0101_0101L;
        return x + 0x3030_3030_3030_3030L + letters * ('a' - '0' - 10);
    }
}
