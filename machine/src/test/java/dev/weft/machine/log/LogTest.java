package dev.weft.machine.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.foundation.chance.Chance;
import dev.weft.testkit.Seed;
import dev.weft.testkit.Seeds;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Seeds.class)
final class LogTest {
    private static final Instant FIRST = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir Path directory;
    private Path spool;

    @BeforeEach
    void makeSpool() throws IOException {
        spool = Files.createFile(directory.resolve("spool"));
    }

    @Test
    void aLineStandsInTheFormOfKubernetesNodes() throws IOException {
        say("hello\n");
        move(FIRST, LogBounds.USUAL);
        assertThat(Files.readString(logs().resolve("0.log")))
                .isEqualTo("2026-01-01T00:00:00.000000000Z stdout F hello\n");
    }

    @Test
    void aLineWithoutEndWaitsForItAndIsWrittenAtTheLatestAtTheEnd() throws IOException {
        say("half");
        move(FIRST, LogBounds.USUAL);
        assertThat(read(LogQuery.ALL)).isEmpty();
        say(" and half\nrest");
        move(FIRST, LogBounds.USUAL);
        assertThat(read(LogQuery.ALL)).isEqualTo("half and half\n");
        finish();
        assertThat(read(LogQuery.ALL)).isEqualTo("half and half\nrest\n");
    }

    @Test
    void aLongLineIsKeptInPiecesAndReadAsOne() throws IOException {
        String line = "x".repeat(100_000);
        say("before\n" + line + "\nafter\n");
        move(FIRST, LogBounds.USUAL);
        assertThat(read(LogQuery.ALL)).isEqualTo("before\n" + line + "\nafter\n");
        assertThat(read(LogQuery.tail(2))).isEqualTo(line + "\nafter\n");
        assertThat(read(timed()))
                .startsWith("2026-01-01T00:00:00.000000000Z before\n")
                .hasLineCount(3);
    }

    @Test
    void filesAreBoundedInSizeAndNumber() throws IOException {
        var bounds = new LogBounds(2048, 3);
        for (int i = 0; i < 400; i++) {
            say("line " + i + "\n");
            move(FIRST, bounds);
        }
        try (Stream<Path> files = Files.list(logs())) {
            assertThat(files.toList())
                    .hasSize(3)
                    .allSatisfy(it -> assertThat(Files.size(it)).isLessThanOrEqualTo(2048));
        }
        assertThat(read(LogQuery.ALL)).endsWith("line 398\nline 399\n").doesNotContain("line 10\n");
        assertThat(read(LogQuery.tail(60))).startsWith("line 340\n").endsWith("line 399\n");
    }

    @Test
    void aPlatformThatDiesAtAnyByteNeitherLosesNorRepeats(Seed seed) throws IOException {
        Chance chance = seed.chance();
        var bounds = new LogBounds(4096, 100);
        var said = new StringBuilder();
        for (int round = 0; round < 200; round++) {
            String text =
                    "round "
                            + round
                            + " "
                            + "y".repeat(chance.below(300))
                            + (chance.percent(80) ? "\n" : "");
            said.append(text);
            say(text);
            if (chance.percent(70)) {
                move(FIRST, bounds);
            }
            cutOffTheLastBytes(chance.below(60));
        }
        finish();
        String expected = said.toString().endsWith("\n") ? said.toString() : said + "\n";
        assertThat(read(LogQuery.ALL)).isEqualTo(expected);
    }

    @Test
    void sinceTailAndBytesBoundWhatIsRead() throws IOException {
        for (int i = 0; i < 10; i++) {
            say("line " + i + "\n");
            move(FIRST.plusSeconds(i), LogBounds.USUAL);
        }
        assertThat(read(query(OptionalLong.empty(), Optional.of(FIRST.plusSeconds(8)), 1000)))
                .isEqualTo("line 8\nline 9\n");
        assertThat(read(query(OptionalLong.of(3), Optional.empty(), 1000)))
                .isEqualTo("line 7\nline 8\nline 9\n");
        assertThat(read(query(OptionalLong.of(0), Optional.empty(), 1000))).isEmpty();
        assertThat(read(query(OptionalLong.empty(), Optional.empty(), 9))).isEqualTo("line 0\nli");
    }

    @Test
    void whoFollowsSeesEachLineOnceAlsoWhenFilesAreSetAside() throws Exception {
        var bounds = new LogBounds(1024, 50);
        say("line 0\n");
        move(FIRST, bounds);
        var out = new ByteArrayOutputStream();
        var rounds = new int[] {0};
        new LogReader(logs(), 0)
                .follow(
                        LogQuery.ALL,
                        out,
                        () -> {
                            try {
                                for (int i = 0; i < 40; i++) {
                                    rounds[0]++;
                                    say("line " + rounds[0] + "\n");
                                    move(FIRST, bounds);
                                }
                            } catch (IOException e) {
                                throw new AssertionError(e);
                            }
                            return rounds[0] >= 200;
                        });
        String expected =
                Stream.iterate(0, i -> i <= 200, i -> i + 1)
                        .map(i -> "line " + i + "\n")
                        .collect(Collectors.joining());
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(expected);
    }

    private Path logs() {
        return directory.resolve("logs");
    }

    private void say(String text) throws IOException {
        Files.writeString(spool, text, StandardOpenOption.APPEND);
    }

    private void move(Instant now, LogBounds bounds) throws IOException {
        try (LogWriter writer = LogWriter.open(logs(), 0, bounds);
                FileChannel from = FileChannel.open(spool)) {
            writer.take(from, now);
        }
    }

    private void finish() throws IOException {
        try (LogWriter writer = LogWriter.open(logs(), 0, new LogBounds(4096, 100));
                FileChannel from = FileChannel.open(spool)) {
            writer.finish(from, FIRST);
        }
    }

    /** As if the platform had been killed while it wrote. */
    private void cutOffTheLastBytes(int bytes) throws IOException {
        Path current = logs().resolve("0.log");
        if (Files.exists(current)) {
            try (FileChannel file = FileChannel.open(current, StandardOpenOption.WRITE)) {
                file.truncate(Math.max(0, file.size() - bytes));
            }
        }
    }

    private static LogQuery timed() {
        return new LogQuery(OptionalLong.empty(), Optional.empty(), true, OptionalLong.empty());
    }

    private static LogQuery query(OptionalLong tail, Optional<Instant> since, long bytes) {
        return new LogQuery(tail, since, false, OptionalLong.of(bytes));
    }

    private String read(LogQuery query) throws IOException {
        var out = new ByteArrayOutputStream();
        new LogReader(logs(), 0).read(query, out);
        return out.toString(StandardCharsets.UTF_8);
    }
}
