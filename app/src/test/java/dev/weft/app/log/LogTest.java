package dev.weft.app.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.foundation.time.Clock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogTest {
    @TempDir private Path folder;

    @Test
    void writesWhatWasLoggedBeforeItWasOpenedAndUntilItIsClosed() throws Exception {
        var log = new Log(Clock.system());
        var logger = new LineLogger("part", log);
        logger.log(System.Logger.Level.INFO, "early {0}", 1);
        log.begin(folder, System.Logger.Level.INFO);
        logger.log(System.Logger.Level.DEBUG, "not wanted");
        logger.log(System.Logger.Level.ERROR, "late", new IllegalStateException("why"));
        log.close();

        assertThat(Files.readString(folder.resolve("weft.log")))
                .contains(" INFO part: early 1\n")
                .contains(" ERROR part: late\njava.lang.IllegalStateException: why\n")
                .doesNotContain("not wanted");
    }

    @Test
    void aFileThatHasGrownIsSetAsideAndFewAreKept() throws Exception {
        try (var file = new RotatedFile(folder, "x.log", 10)) {
            for (int i = 0; i < 20; i++) {
                file.append(("line " + i + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
        try (var files = Files.list(folder)) {
            assertThat(files.map(it -> it.getFileName().toString()).sorted())
                    .containsExactly(
                            "x.log", "x.log.1", "x.log.2", "x.log.3", "x.log.4", "x.log.5");
        }
        assertThat(Files.readString(folder.resolve("x.log"))).isEqualTo("line 19\n");
    }
}
