package dev.weft.dataplane.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The list of causes and its page in the reference. */
class CausesTest {
    @Test
    void thePageIsWrittenOfTheList() throws IOException {
        Path page = Path.of("../docs/reference/causes.md");
        List<String> rows =
                Files.readAllLines(page).stream().filter(line -> line.startsWith("| `")).toList();
        assertThat(rows).isEqualTo(Causes.table()).isSorted();
    }

    @Test
    void everyCauseThatTheDataPlaneGivesIsListed() throws IOException {
        var given = Pattern.compile("new Refusal\\(\\s*[^,\"]+,\\s*\"([a-z-]+)\"");
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file : files.filter(it -> it.toString().endsWith(".java")).toList()) {
                assertThat(given.matcher(Files.readString(file)).results())
                        .as(file.toString())
                        .allMatch(found -> Causes.lists(found.group(1)));
            }
        }
    }

    @Test
    void whatIsRefusedOftenestIsListed() {
        assertThat(List.of("no-route", "no-endpoints", "rate-limited", "internal"))
                .allMatch(Causes::lists);
        assertThat(Causes.lists("made-up")).isFalse();
    }
}
