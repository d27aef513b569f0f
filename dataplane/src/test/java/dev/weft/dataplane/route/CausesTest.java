package dev.weft.dataplane.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
    void whatIsRefusedOftenestIsListed() {
        assertThat(List.of("no-route", "no-endpoints", "rate-limited", "internal"))
                .allMatch(Causes::lists);
        assertThat(Causes.lists("made-up")).isFalse();
    }
}
