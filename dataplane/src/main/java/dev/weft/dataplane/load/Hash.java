package dev.weft.dataplane.load;

/**
 * Spreads bytes over 64 bits evenly. The same bytes give the same hash in every process, so that
 * all of them send a caller to the same place. No secret. Pure.
 */
public final class Hash {
    private static final long PRIME = 0x100000001B3L;
    private static final long BEGIN = 0xCBF29CE484222325L;

    private Hash() {}

    public static long of(byte[] bytes, int from, int to) {
        long hash = BEGIN;
        for (int i = from; i < to; i++) {
            hash = (hash ^ (bytes[i] & 0xff)) * PRIME;
        }
        return mix(hash);
    }

    public static long of(byte[] bytes) {
        return of(bytes, 0, bytes.length);
    }

    public static long of(String text) {
        return of(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /** Makes every bit depend on every other. */
    public static long mix(long bits) {
        long z = bits;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /**
     * How a key ranks one choice of several by weight: the highest rank wins, each wins as often as
     * its weight says, and a change of one weight moves only the keys that it must.
     */
    public static double rank(long key, long name, double weight) {
        double fraction = ((mix(key ^ name) >>> 11) + 1) * 0x1.0p-53;
        return weight / -Math.log(fraction);
    }
}
