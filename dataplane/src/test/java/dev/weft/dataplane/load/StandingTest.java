package dev.weft.dataplane.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.load.Standing.Rules;
import dev.weft.dataplane.load.Standing.State;
import dev.weft.foundation.chance.Chance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class StandingTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Rules RULES =
            new Rules(
                    7,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(60),
                    0.5,
                    0,
                    Duration.ofSeconds(10),
                    5);
    private static final Rules BY_RATE =
            new Rules(
                    0,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(60),
                    0.5,
                    0.8,
                    Duration.ofSeconds(10),
                    5);

    private final Chance chance = new Chance(1);
    private final Ejections ejections = new Ejections();
    private final Standing standing = new Standing(ejections, 2);
    private long now;

    StandingTest() {
        ejections.bound(2, 50);
    }

    private void fail(int times, Rules rules) {
        for (int i = 0; i < times; i++) {
            standing.failed(i % 2, now, false, rules, chance);
        }
    }

    /** Fails the request of each probation, and returns for how long it was out each time. */
    private List<Double> penalties(int times) {
        List<Double> seconds = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            seconds.add((standing.outUntilNanos() - now) / 1e9);
            now = standing.outUntilNanos();
            assertThat(standing.tries(now)).isTrue();
            standing.failed(0, now, true, RULES, chance);
        }
        return seconds;
    }

    @Test
    void soManyFailuresInARowPutItOut() {
        fail(6, RULES);
        assertThat(standing.state()).isEqualTo(State.GOOD);
        standing.succeeded(0, now, false, RULES);
        fail(6, RULES);
        assertThat(standing.ready(now)).isTrue();
        fail(1, RULES);
        assertThat(standing.state()).isEqualTo(State.OUT);
        assertThat(standing.ready(now)).isFalse();
        assertThat(ejections.out()).isEqualTo(1);
    }

    @Test
    void eachTimeItIsOutForLongerUpToABound() {
        fail(7, RULES);
        List<Double> seconds = penalties(10);
        for (int i = 0; i < 6; i++) {
            assertThat(seconds.get(i)).isBetween((double) (1 << i), 1.5 * (1 << i));
        }
        assertThat(seconds.subList(6, 10)).allMatch(it -> it == 60);
    }

    @Test
    void oneRequestTriesItAndASuccessMakesItGood() {
        fail(7, RULES);
        assertThat(standing.tries(now)).isFalse();
        now += 2 * SECOND;
        assertThat(standing.ready(now)).isTrue();
        assertThat(standing.tries(now)).isTrue();
        assertThat(standing.ready(now)).isFalse();
        assertThat(standing.tries(now)).isFalse();
        // one from before tells nothing now
        standing.succeeded(0, now, false, RULES);
        assertThat(standing.state()).isEqualTo(State.PROBATION);
        standing.succeeded(0, now, true, RULES);
        assertThat(standing.state()).isEqualTo(State.GOOD);
        assertThat(ejections.out()).isZero();
        fail(7, RULES);
        assertThat(penalties(1).getFirst()).isBetween(1.0, 1.5);
    }

    @Test
    void aTrialThatIsAStreamMakesItGoodAfterAMoment() {
        fail(7, RULES);
        now += 2 * SECOND;
        assertThat(standing.tries(now)).isTrue();
        standing.begins(now);
        assertThat(standing.ready(now)).isFalse();
        assertThat(standing.tries(now)).isFalse();
        now += SECOND;
        assertThat(standing.ready(now)).isTrue();
        // whoever comes is no trial: it is good
        assertThat(standing.tries(now)).isFalse();
        assertThat(standing.state()).isEqualTo(State.GOOD);
        // how the stream ends is one request among others
        standing.failed(0, now, true, RULES, chance);
        assertThat(standing.state()).isEqualTo(State.GOOD);
        assertThat(ejections.out()).isZero();
    }

    @Test
    void aTrialThatBeginsWellAndEndsBadlyPutsItOutAgain() {
        fail(7, RULES);
        now += 2 * SECOND;
        assertThat(standing.tries(now)).isTrue();
        standing.begins(now);
        standing.failed(0, now, true, RULES, chance);
        assertThat(standing.state()).isEqualTo(State.OUT);
        assertThat(penalties(1).getFirst()).isBetween(2.0, 3.0);
    }

    @Test
    void aTrialThatTellsNothingLeavesRoomForAnother() {
        fail(7, RULES);
        now += 2 * SECOND;
        assertThat(standing.tries(now)).isTrue();
        standing.abandoned(now);
        assertThat(standing.tries(now)).isTrue();
    }

    @Test
    void itStaysInWhenTooManyOthersAreOut() {
        var other = new Standing(ejections, 2);
        for (int i = 0; i < 7; i++) {
            other.failed(0, now, false, RULES, chance);
        }
        fail(20, RULES);
        assertThat(standing.state()).isEqualTo(State.GOOD);
        other.pardon();
        fail(1, RULES);
        assertThat(standing.state()).isEqualTo(State.OUT);
        standing.retire();
        assertThat(ejections.out()).isZero();
    }

    @Test
    void oneThatTakesNoConnectionIsOutAtOnceHoweverManyAre() {
        ejections.bound(1, 50);
        standing.unreachable(now, false, RULES, chance);
        assertThat(standing.state()).isEqualTo(State.OUT);
        assertThat(ejections.out()).isZero();
        now += 2 * SECOND;
        assertThat(standing.tries(now)).isTrue();
        standing.failed(0, now, true, RULES, chance);
        // it takes connections now, and too many would be out
        assertThat(standing.state()).isEqualTo(State.GOOD);
    }

    @Test
    void aLowRateOfSuccessPutsItOut() {
        for (int i = 0; i < 100; i++) {
            standing.succeeded(i % 2, now, false, BY_RATE);
        }
        fail(24, BY_RATE);
        assertThat(standing.state()).isEqualTo(State.GOOD);
        now += 11 * SECOND;
        fail(4, BY_RATE);
        assertThat(standing.state()).isEqualTo(State.GOOD);
        fail(1, BY_RATE);
        assertThat(standing.state()).isEqualTo(State.OUT);
    }

    @Test
    void ofManyThreadsExactlyOneTriesIt() throws Exception {
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (int round = 0; round < 200; round++) {
                fail(7, RULES);
                now = standing.outUntilNanos();
                var go = new CountDownLatch(1);
                Callable<Boolean> trying =
                        () -> {
                            go.await();
                            return standing.tries(now);
                        };
                var answers = List.of(threads.submit(trying), threads.submit(trying));
                go.countDown();
                int tried = 0;
                for (var answer : answers) {
                    tried += answer.get() ? 1 : 0;
                }
                assertThat(tried).isEqualTo(1);
                standing.succeeded(0, now, true, RULES);
            }
        }
    }
}
