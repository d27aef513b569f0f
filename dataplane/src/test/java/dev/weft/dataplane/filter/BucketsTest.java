package dev.weft.dataplane.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.route.Guard.Key;
import dev.weft.dataplane.route.Guard.RateLimit;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The rate limit with a clock that the test moves. */
class BucketsTest {
    private static final long MILLI = 1_000_000;
    private static final long START = 5_000 * MILLI;

    private final Buckets buckets =
            new Buckets(new RateLimit("r", 10, Duration.ofSeconds(1), 3, new Key.Whole()));

    @Test
    void aBurstPassesAndThenOneInEachStep() {
        assertThat(buckets.take("", START)).isZero();
        assertThat(buckets.take("", START)).isZero();
        assertThat(buckets.take("", START)).isZero();
        assertThat(buckets.take("", START)).isEqualTo(100 * MILLI);
        assertThat(buckets.take("", START + 60 * MILLI)).isEqualTo(40 * MILLI);
        assertThat(buckets.take("", START + 100 * MILLI)).isZero();
        assertThat(buckets.take("", START + 100 * MILLI)).isEqualTo(100 * MILLI);
    }

    @Test
    void aQuietTimeGivesNoMoreThanOneBurst() {
        buckets.take("", START);
        long later = START + 3_600_000 * MILLI;
        for (int i = 0; i < 3; i++) {
            assertThat(buckets.take("", later)).isZero();
        }
        assertThat(buckets.take("", later)).isPositive();
    }

    @Test
    void overALongTimeExactlyTheRatePasses() {
        int passed = 0;
        for (int milli = 0; milli < 10_000; milli++) {
            passed += buckets.take("", START + milli * MILLI) == 0 ? 1 : 0;
        }
        assertThat(passed).isEqualTo(102);
    }

    @Test
    void eachKeyHasItsOwnCountAndManyKeysFillNoMemory() {
        for (int i = 0; i < 4; i++) {
            buckets.take("a", START);
        }
        assertThat(buckets.take("b", START)).isZero();
        for (int i = 0; i < Buckets.KEYS_MAX * 2; i++) {
            buckets.take("k" + i, START);
        }
        assertThat(buckets.keys()).isLessThanOrEqualTo(Buckets.KEYS_MAX + 1);
        // those beyond are counted together
        assertThat(buckets.take("one more", START)).isPositive();
        // and after a while the even ones are forgotten
        assertThat(buckets.take("later", START + 10_000 * MILLI)).isZero();
        assertThat(buckets.keys()).isLessThan(4);
    }
}
