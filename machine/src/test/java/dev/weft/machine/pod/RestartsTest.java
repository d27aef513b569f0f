package dev.weft.machine.pod;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class RestartsTest {
    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final Duration LONG = Timing.USUAL.backOffForgotten();

    @Test
    void theFirstRestartIsAtOnceAndThenPausesDouble() {
        assertThat(pauses(new Restarts(Timing.USUAL), 9))
                .containsExactly(0L, 10L, 20L, 40L, 80L, 160L, 300L, 300L, 300L);
    }

    @Test
    void aLongRunIsForgivenEverythingBefore() {
        var restarts = new Restarts(Timing.USUAL);
        pauses(restarts, 4);

        assertThat(restarts.next(LONG)).isZero();
        assertThat(restarts.next(SHORT)).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void aNewPlatformGoesOnWhereTheOldOneWas() {
        for (int restarted = 0; restarted < 8; restarted++) {
            var old = new Restarts(Timing.USUAL);
            pauses(old, restarted);
            var young = new Restarts(Timing.USUAL);
            young.resume(restarted);

            assertThat(young.next(SHORT)).isEqualTo(old.next(SHORT));
        }
    }

    private static List<Long> pauses(Restarts restarts, int count) {
        return Stream.generate(() -> restarts.next(SHORT).toSeconds()).limit(count).toList();
    }
}
