package dev.weft.dataplane.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.load.Hash;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class HashRingTest {
    private static final int KEYS = 20_000;

    private static long[] names(int count) {
        return LongStream.range(0, count).map(i -> Hash.of("10.0.0." + i + ":80")).toArray();
    }

    private static double[] equal(int count) {
        return LongStream.range(0, count).mapToDouble(i -> 1).toArray();
    }

    private static int owner(HashRing ring, int key) {
        return ring.owner(ring.place(Hash.of("user-" + key)));
    }

    @Test
    void keysAreSpreadByWeight() {
        var ring = new HashRing(names(4), new double[] {1, 1, 1, 3});
        int[] counts = new int[4];
        for (int i = 0; i < KEYS; i++) {
            counts[owner(ring, i)]++;
        }
        for (int i = 0; i < 3; i++) {
            assertThat(counts[i]).isBetween(KEYS / 6 * 7 / 10, KEYS / 6 * 13 / 10);
        }
        assertThat(counts[3]).isBetween(KEYS / 2 * 8 / 10, KEYS / 2 * 12 / 10);
    }

    @Test
    void onlyTheKeysOfAnEndpointThatLeavesMove() {
        var before = new HashRing(names(10), equal(10));
        var after = new HashRing(names(9), equal(9));
        int moved = 0;
        for (int i = 0; i < KEYS; i++) {
            if (owner(before, i) != 9) {
                moved += owner(before, i) == owner(after, i) ? 0 : 1;
            }
        }
        assertThat(moved).isZero();
    }

    @Test
    void ranksFollowWeightsAndMoveOnlyWhatTheyMust() {
        long blue = Hash.of("blue");
        long green = Hash.of("green");
        int green10 = 0;
        int back = 0;
        for (int i = 0; i < KEYS; i++) {
            long key = Hash.of("user-" + i);
            boolean at10 = Hash.rank(key, green, 10) > Hash.rank(key, blue, 90);
            boolean at20 = Hash.rank(key, green, 20) > Hash.rank(key, blue, 80);
            green10 += at10 ? 1 : 0;
            back += at10 && !at20 ? 1 : 0;
        }
        assertThat(green10).isBetween(KEYS / 10 * 85 / 100, KEYS / 10 * 115 / 100);
        assertThat(back).isZero();
    }
}
