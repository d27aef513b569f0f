package dev.weft.dataplane.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testkit.SimulatedClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is remembered of who speaks first. */
class VerdictsTest {
    private static final Duration USUAL = Duration.ofMillis(50);

    private final SimulatedClock clock = new SimulatedClock();
    private final Verdicts verdicts = new Verdicts(clock);

    @Test
    void aServerThatSpeaksFirstIsRememberedForAWhile() {
        assertThat(verdicts.serverFirst("db")).isFalse();
        verdicts.sawServerFirst("db");
        assertThat(verdicts.serverFirst("db")).isTrue();
        assertThat(verdicts.serverFirst("web")).isFalse();
        clock.advance(Verdicts.KEPT.plusSeconds(1));
        assertThat(verdicts.serverFirst("db")).isFalse();
    }

    @Test
    void aSilentClientIsGivenLongerWhereHttpWasSeen() {
        assertThat(verdicts.patience("web", USUAL)).isEqualTo(USUAL);
        verdicts.sawHttp("web");
        assertThat(verdicts.patience("web", USUAL)).isEqualTo(Duration.ofSeconds(1));
        assertThat(verdicts.patience("web", Duration.ofSeconds(3)))
                .isEqualTo(Duration.ofSeconds(3));
        clock.advance(Verdicts.KEPT.plusSeconds(1));
        assertThat(verdicts.patience("web", USUAL)).isEqualTo(USUAL);
    }

    @Test
    void whatAServerWasSeenToDoWeighsMoreThanAStrayRequest() {
        verdicts.sawHttp("db");
        verdicts.sawServerFirst("db");
        assertThat(verdicts.serverFirst("db")).isTrue();
        verdicts.sawHttp("db");
        assertThat(verdicts.serverFirst("db")).isTrue();
    }
}
