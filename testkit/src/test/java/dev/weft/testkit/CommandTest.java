package dev.weft.testkit;

import static dev.weft.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NothingLeft.class)
final class CommandTest {
    @Test
    void givesTheOutputAndTheExitCode() {
        var result = Command.of("sh", "-c", "cat; echo bad >&2; exit 3").input("täxt").run();

        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.out()).isEqualTo("täxt");
        assertThat(result.err()).isEqualTo("bad\n");
    }

    @Test
    void keepsTheBeginningAndTheEndOfMuchOutput() {
        var result = Command.of("sh", "-c", "echo first; yes | head -c 9000000; echo last").run();

        assertThat(result.out())
                .startsWith("first\n")
                .endsWith("last\n")
                .contains("characters left out")
                .hasSizeLessThan(4_000_000);
    }

    @Test
    void endsACommandThatTakesTooLongWithItsChildren() {
        var slow = Command.of("sh", "-c", "sleep 300 & wait").limit(Duration.ofSeconds(2));

        assertThatThrownBy(slow::run)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("did not end within PT2S");
    }

    @Test
    void waitsForALineOfARunningCommand() {
        try (Running running = Command.of("sh", "-c", "echo ready on 4711; sleep 300").start()) {
            assertThat(running.out().await("ready on (\\d+)").group(1)).isEqualTo("4711");
        }
    }

    @Test
    void saysWhatAnEndedCommandWroteInsteadOfTheAwaitedLine() {
        try (Running running = Command.of("sh", "-c", "echo sorry").start()) {
            assertThatThrownBy(() -> running.out().await("ready"))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("sorry");
        }
    }

    @Test
    void eventuallyFailsWithTheLastReason() {
        assertThatThrownBy(
                        () -> eventually(Duration.ofMillis(20), () -> assertThat(1).isEqualTo(2)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("not within PT0.02S");
    }
}
