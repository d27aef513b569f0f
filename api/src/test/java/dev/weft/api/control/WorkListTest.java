package dev.weft.api.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.foundation.chance.Chance;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class WorkListTest {
    private static final long MILLI = 1_000_000;

    private final WorkList<String> list =
            new WorkList<>(Duration.ofMillis(10), Duration.ofMillis(100), new Chance(1));

    @Test
    void aKeyAddedTwiceIsTakenOnce() {
        list.add("a");
        list.add("a");

        assertThat(list.take(0)).contains("a");
        list.done("a");
        assertThat(list.take(0)).isEmpty();
    }

    @Test
    void aKeyAddedWhileItIsWorkedOnComesAgainOnceAfterwards() {
        list.add("a");
        assertThat(list.take(0)).contains("a");
        list.add("a");
        list.add("a");

        assertThat(list.take(0)).as("two workers on one key").isEmpty();
        list.done("a");
        assertThat(list.take(0)).contains("a");
        list.done("a");
        assertThat(list.take(0)).isEmpty();
    }

    @Test
    void keysAreTakenInTheOrderInWhichTheyWereAdded() {
        list.add("b");
        list.add("a");
        list.add("b");

        assertThat(list.take(0)).contains("b");
        assertThat(list.take(0)).contains("a");
    }

    @Test
    void aDelayedKeyComesWhenItIsDueAndTheEarliestTimeCounts() {
        list.addAt("a", 50 * MILLI);
        list.addAt("a", 20 * MILLI);
        list.addAt("a", 70 * MILLI);

        assertThat(list.nextDue(0)).contains(20 * MILLI);
        assertThat(list.take(19 * MILLI)).isEmpty();
        assertThat(list.take(20 * MILLI)).contains("a");
        list.done("a");
        assertThat(list.nextDue(20 * MILLI)).isEmpty();
        assertThat(list.take(100 * MILLI)).isEmpty();
    }

    @Test
    void pausesDoubleUpToTheMostAndStartAnewAfterSuccess() {
        long now = 0;
        for (long expected : new long[] {10, 20, 40, 80, 100, 100}) {
            Duration pause = list.failed("a", now);
            assertThat(pause)
                    .isBetween(Duration.ofMillis(expected / 2), Duration.ofMillis(expected));
            now += pause.toNanos();
            assertThat(list.take(now)).contains("a");
            list.done("a");
        }
        list.succeeded("a");

        assertThat(list.failures("a")).isZero();
        assertThat(list.failed("a", now)).isLessThanOrEqualTo(Duration.ofMillis(10));
    }

    @Test
    void manyDelaysOfOneKeyDoNotPileUp() {
        for (int i = 0; i < 100_000; i++) {
            list.addAt("a", (200_000 - i) * MILLI);
        }

        assertThat(list.size()).isEqualTo(1);
        assertThat(list.nextDue(0)).contains(100_001 * MILLI);
    }

    @Test
    void timesCompareAcrossTheOverflowOfTheirCount() {
        long now = Long.MAX_VALUE - 5;
        list.addAt("a", now + 10);

        assertThat(list.take(now)).isEmpty();
        assertThat(list.take(now + 10)).contains("a");
    }
}
