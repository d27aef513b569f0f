package dev.weft.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class FlagsTest {
    private final Flags flags =
            new Flags().value("-o", "--output").flag("-w", "--watch").value("-f", "--filename");

    @Test
    void takesAValueInEveryWayThatKubectlDoes() {
        for (List<String> given :
                List.of(
                        List.of("-o", "json"),
                        List.of("-ojson"),
                        List.of("-o=json"),
                        List.of("--output", "json"),
                        List.of("--output=json"))) {
            assertThat(flags.parse("get", given).value("output", ""))
                    .as("%s", given)
                    .isEqualTo("json");
        }
    }

    @Test
    void flagsMayStandBehindWordsAndTwoDashesEndThem() {
        Flags.Given given = flags.parse("get", List.of("pods", "-w", "a", "--", "-x"));

        assertThat(given.words()).containsExactly("pods", "a", "-x");
        assertThat(given.has("watch")).isTrue();
    }

    @Test
    void aDashAloneIsAWordOrAValue() {
        assertThat(flags.parse("apply", List.of("-f", "-")).values("filename"))
                .containsExactly("-");
    }

    @Test
    void anUnknownFlagIsRefusedWithTheNearMiss() {
        assertThatThrownBy(() -> flags.parse("get", List.of("--ouput", "json")))
                .isInstanceOfSatisfying(
                        Failure.class,
                        failure -> {
                            assertThat(failure.code()).isEqualTo(Failure.USAGE);
                            assertThat(failure.seen()).contains("did you mean --output?");
                        });
    }

    @Test
    void aMissingValueIsRefused() {
        assertThatThrownBy(() -> flags.parse("get", List.of("-o")))
                .hasMessage("-o without a value");
    }
}
