package dev.weft.dataplane.balance;

import dev.weft.dataplane.load.Hash;
import java.util.Arrays;

/**
 * Places on a circle, so many for each endpoint as its weight says; a key belongs to the next
 * place. When an endpoint comes or goes, only the keys of its own places move. Immutable.
 */
final class HashRing {
    /** Places that an endpoint of average weight gets. */
    private static final int PLACES = 160;

    private static final int PLACES_MAX = 1 << 16;

    private final long[] places;
    private final int[] owners;

    /**
     * @param names hashes of what names each endpoint
     * @param weights above 0
     */
    HashRing(long[] names, double[] weights) {
        double sum = Arrays.stream(weights).sum();
        long[][] made = new long[names.length][];
        int total = 0;
        double all = Math.min((double) PLACES * names.length, PLACES_MAX);
        for (int i = 0; i < names.length; i++) {
            int count = Math.max(1, (int) Math.round(all * weights[i] / sum));
            made[i] = new long[count];
            for (int j = 0; j < count; j++) {
                made[i][j] = Hash.mix(names[i] + Hash.mix(j + 1));
            }
            total += count;
        }
        long[][] sorted = new long[total][];
        int at = 0;
        for (int i = 0; i < names.length; i++) {
            for (long place : made[i]) {
                sorted[at++] = new long[] {place, i};
            }
        }
        Arrays.sort(
                sorted,
                (a, b) -> {
                    int order = Long.compareUnsigned(a[0], b[0]);
                    return order != 0 ? order : Long.compare(a[1], b[1]);
                });
        places = new long[total];
        owners = new int[total];
        for (int i = 0; i < total; i++) {
            places[i] = sorted[i][0];
            owners[i] = (int) sorted[i][1];
        }
    }

    /** The place of a key, to begin with. */
    int place(long key) {
        int low = 0;
        int high = places.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(places[middle], key) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == places.length ? 0 : low;
    }

    /** Which endpoint a place belongs to. */
    int owner(int place) {
        return owners[place];
    }

    /** The place after one, for when its owner cannot be asked. */
    int next(int place) {
        return place + 1 == places.length ? 0 : place + 1;
    }

    int size() {
        return places.length;
    }
}
