package dev.weft.dataplane.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LoadTest {
    private static final long MS = 1_000_000L;
    private final Load load = new Load(Duration.ofSeconds(10), Duration.ofMillis(30), 2, 0);

    @Test
    void aLongerRoundTripCountsAtOnceAndAShorterOneSlowly() {
        load.answered(MS, 200 * MS);
        assertThat(load.roundTripNanos(MS)).isEqualTo(200.0 * MS);
        load.answered(2 * MS, MS);
        assertThat(load.roundTripNanos(2 * MS)).isCloseTo(200.0 * MS, within(0.1 * MS));
        load.answered(10_001 * MS, MS);
        // after the time of decay a third of what was known is left
        assertThat(load.roundTripNanos(10_001 * MS)).isCloseTo(74.2 * MS, within(0.5 * MS));
    }

    @Test
    void whatIsNotHeardFromSinks() {
        assertThat(load.roundTripNanos(0)).isEqualTo(30.0 * MS);
        assertThat(load.roundTripNanos(10_000 * MS)).isCloseTo(11.04 * MS, within(0.1 * MS));
        assertThat(load.roundTripNanos(100_000 * MS)).isLessThan(0.01 * MS);
    }

    @Test
    void aQuickFailureIsNoSignOfAQuickEndpoint() {
        load.failed(MS, 0);
        assertThat(load.roundTripNanos(MS)).isCloseTo(30.0 * MS, within(0.01 * MS));
        load.failed(MS, 500 * MS);
        assertThat(load.roundTripNanos(MS)).isEqualTo(500.0 * MS);
    }

    @Test
    void requestsOfAllLoopsAreUnderWay() {
        load.begin(0);
        load.begin(1);
        load.begin(1);
        assertThat(load.pending()).isEqualTo(3);
        assertThat(load.cost(0)).isEqualTo(4 * 30.0 * MS);
        // one loop cannot end what another began, but the sum is right all the same
        load.end(1);
        load.end(0);
        load.end(1);
        assertThat(load.pending()).isZero();
    }
}
