package dev.weft.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HelpTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "weft",
                "up",
                "down",
                "status",
                "apply",
                "get",
                "delete",
                "logs",
                "stack",
                "image",
                "kubeconfig",
                "version"
            })
    void fitsOneScreenAndBeginsWithTwoExamples(String verb) {
        List<String> lines = CommandLine.help(verb).lines().toList();

        assertThat(lines).as("lines").hasSizeLessThanOrEqualTo(25);
        assertThat(lines).allMatch(line -> line.length() <= 100);
        assertThat(lines.get(0)).isEqualTo("Examples");
        assertThat(lines.subList(1, 3)).allMatch(line -> line.contains("weft "));
        assertThat(lines.get(3)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "up",
                "down",
                "status",
                "apply",
                "get",
                "delete",
                "logs",
                "stack",
                "image",
                "kubeconfig",
                "version"
            })
    void everyVerbStandsInTheOverview(String verb) {
        assertThat(CommandLine.help("weft")).containsPattern("(?m)^  " + verb + " ");
    }
}
