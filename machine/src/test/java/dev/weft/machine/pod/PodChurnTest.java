package dev.weft.machine.pod;

import static dev.weft.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.client.Query;
import dev.weft.api.model.Types;
import dev.weft.machine.log.LogQuery;
import dev.weft.testkit.NothingLeft;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NothingLeft.class)
@Timeout(120)
final class PodChurnTest {
    @TempDir Path directory;
    private Machine machine;

    @BeforeEach
    void start() throws IOException {
        machine = Machine.start(directory);
    }

    @AfterEach
    void close() {
        machine.close();
    }

    @Test
    void twoHundredPodsThatComeAndGoLeaveNothing() throws IOException {
        int descriptors = descriptors();
        for (int round = 0; round < 10; round++) {
            for (int i = 0; i < 20; i++) {
                machine.shell("pod-" + i, "echo up; exec sleep 300");
            }
            for (int i = 0; i < 20; i++) {
                if (i % 2 == 0) {
                    machine.awaitReady("pod-" + i);
                }
                machine.delete("pod-" + i);
            }
            for (int i = 0; i < 20; i++) {
                machine.awaitGone("pod-" + i);
            }
        }
        eventually(
                Machine.LONG,
                () -> {
                    assertThat(directory.resolve("data/pods")).isEmptyDirectory();
                    assertThat(directory.resolve("data/logs/pods")).isEmptyDirectory();
                    assertThat(directory.resolve("data/sandbox/runs")).isEmptyDirectory();
                    assertThat(descriptors()).isLessThan(descriptors + 10);
                });
        assertThat(machine.client().list(Types.POD, Query.all()).items()).isEmpty();
    }

    @Test
    void manyPodsHaveAddressesOfTheirOwn() {
        for (int i = 0; i < 30; i++) {
            machine.shell("pod-" + i, "exec sleep 300");
        }
        for (int i = 0; i < 30; i++) {
            machine.awaitReady("pod-" + i);
        }
        assertThat(
                        machine.client().list(Types.POD, Query.all()).items().stream()
                                .map(it -> it.status().text("podIP").orElse(""))
                                .distinct())
                .hasSize(30);
    }

    @Test
    void logsAreReadAsAsked() {
        machine.shell("wordy", "for i in 1 2 3 4 5; do echo line $i; done; sleep 0.3; exit 1");
        machine.await("wordy", it -> assertThat(it.restarts()).isPositive());
        String all = "line 1\nline 2\nline 3\nline 4\nline 5\n";
        eventually(() -> assertThat(log(false, true, LogQuery.ALL)).isEqualTo(all));
        assertThat(log(false, true, LogQuery.tail(2))).isEqualTo("line 4\nline 5\n");
        assertThat(
                        log(
                                false,
                                true,
                                new LogQuery(
                                        OptionalLong.of(1),
                                        java.util.Optional.empty(),
                                        true,
                                        OptionalLong.empty())))
                .matches("20[0-9-]+T[0-9:.]+Z line 5\n");
        assertThat(log(true, false, LogQuery.ALL)).isEqualTo(all);
    }

    @Test
    void aLogThatIsNotThereIsRefusedInWords() {
        machine.create(
                Types.POD,
                """
                metadata: {name: wordy}
                spec: {containers: [{name: main, image: 'nowhere:1'}]}
                """);
        machine.awaitWaiting("wordy", "ImagePullBackOff");
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> log(false, false, LogQuery.ALL))
                .hasMessage(
                        "container \"main\" in pod \"wordy\" is waiting to start:"
                                + " ImagePullBackOff");
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> log(false, true, LogQuery.ALL))
                .hasMessage("previous terminated container \"main\" in pod \"wordy\" not found");
    }

    @Test
    void muchOutputIsKeptWithinItsBoundsAndTheSpoolIsGivenBack() throws IOException {
        machine.shell(
                "loud",
                "i=0; while [ $i -lt 30 ]; do head -c 3000000 /dev/zero | tr '\\0' 'x' | fold -w"
                        + " 99; i=$((i+1)); done; echo; echo end; exec sleep 300");
        eventually(
                Machine.LONG,
                () -> assertThat(log(false, false, LogQuery.tail(1))).isEqualTo("end\n"));
        long kept = bytes(directory.resolve("data/logs/pods"));
        assertThat(kept).isBetween(1L << 20, 51L << 20);
        Path spool;
        try (Stream<Path> files = Files.walk(directory.resolve("data/sandbox/runs"))) {
            spool = files.filter(it -> it.endsWith("output")).findFirst().orElseThrow();
        }
        assertThat(Files.size(spool)).isGreaterThan(80L << 20);
        eventually(Machine.LONG, () -> assertThat(blocks(spool)).isLessThan(10L << 20));
    }

    private String log(boolean follow, boolean previous, LogQuery query) {
        var out = new ByteArrayOutputStream();
        try {
            machine.agent()
                    .output()
                    .write(
                            machine.pod(machine.exists("wordy") ? "wordy" : "loud"),
                            new PodOutput.Wish("main", follow, previous, query),
                            out);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static int descriptors() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return (int) files.count();
        }
    }

    private static long bytes(Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            long sum = 0;
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                sum += Files.size(file);
            }
            return sum;
        }
    }

    private static long blocks(Path file) throws IOException, InterruptedException {
        Process du = new ProcessBuilder("du", "-B1", file.toString()).start();
        String said = new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        du.waitFor();
        return Long.parseLong(said.split("\\s")[0]);
    }
}
