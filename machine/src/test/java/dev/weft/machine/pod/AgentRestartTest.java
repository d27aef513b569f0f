package dev.weft.machine.pod;

import static dev.weft.testkit.Eventually.always;
import static dev.weft.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.client.Deletion;
import dev.weft.api.model.Key;
import dev.weft.api.model.Types;
import dev.weft.foundation.time.Clock;
import dev.weft.testkit.CollectedFaults;
import dev.weft.testkit.NothingLeft;
import dev.weft.testkit.Seed;
import dev.weft.testkit.Seeds;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of pods when the platform dies, stops, or comes back. */
@ExtendWith({NothingLeft.class, Seeds.class})
@Timeout(120)
final class AgentRestartTest {
    @TempDir Path directory;

    @Test
    void aKilledPlatformsPodsAreGoneOnWithAsTheyAre() throws Exception {
        kill(directory, 3, Duration.ZERO);
        Map<String, List<Long>> before = processes();
        assertThat(before).hasSize(3).allSatisfy((word, pids) -> assertThat(pids).hasSize(1));

        try (Machine machine = Machine.withoutAgent(directory, it -> it)) {
            String version = machine.pod("pod-0").resourceVersion();
            machine.startAgent();
            always(
                    Duration.ofMillis(500),
                    () -> {
                        assertThat(machine.condition("pod-0", "Ready").isTrue()).isTrue();
                        assertThat(machine.container("pod-0").whole("restartCount")).contains(0L);
                        assertThat(processes()).isEqualTo(before);
                    });
            assertThat(machine.pod("pod-0").resourceVersion())
                    .as("nothing has changed, so nothing is written")
                    .isEqualTo(version);
            assertThat(machine.log("pod-0")).isEqualTo("begun\n");
            endAll(machine, 3);
        }
        assertThat(processes()).isEmpty();
    }

    @Test
    void podsDeletedWhileNoPlatformWasThereAreEnded() throws Exception {
        kill(directory, 2, Duration.ZERO);
        try (Machine machine = Machine.withoutAgent(directory, it -> it)) {
            machine.client().delete(Types.POD, new Key("default", "pod-0"), Deletion.now());
            machine.delete("pod-1");
            machine.startAgent();
            machine.awaitGone("pod-1");
            eventually(Machine.LONG, () -> assertThat(processes()).isEmpty());
            eventually(() -> assertThat(directory.resolve("data/pods")).isEmptyDirectory());
            eventually(() -> assertThat(directory.resolve("data/logs/pods")).isEmptyDirectory());
        }
    }

    @Test
    void aProcessThatDiedWhileNoPlatformWasThereIsRestarted() throws Exception {
        kill(directory, 1, Duration.ZERO);
        processes().values().forEach(pids -> pids.forEach(AgentRestartTest::killProcess));
        eventually(() -> assertThat(processes()).isEmpty());
        try (Machine machine = Machine.start(directory)) {
            machine.await("pod-0", it -> assertThat(it.restarts()).isEqualTo(1));
            machine.awaitReady("pod-0");
            assertThat(machine.container("pod-0").whole("lastState", "terminated", "exitCode"))
                    .contains(137L);
            endAll(machine, 1);
        }
    }

    @Test
    void aPlatformThatStopsEndsAllAndTheNextStartsThemAgain() throws Exception {
        try (Machine machine = Machine.start(directory)) {
            machine.shell("always", "echo run; exec sleep 300");
            machine.shell("job", "exec sleep 300", "  restartPolicy: Never");
            machine.awaitReady("always");
            machine.awaitReady("job");
            machine.stopAgent();
            assertThat(processes()).isEmpty();
            assertThat(machine.condition("always", "Ready").isTrue()).isFalse();

            machine.startAgent();
            machine.awaitReady("always");
            assertThat(machine.container("always").whole("restartCount")).contains(1L);
            machine.awaitPhase("job", "Failed");
            machine.delete("always");
            machine.awaitGone("always");
        }
    }

    @Test
    void aPodThatIsOverStaysAsItWasTold() throws Exception {
        try (Machine machine = Machine.start(directory)) {
            machine.shell("late", "exec sleep 300", "  activeDeadlineSeconds: 1");
            machine.shell(
                    "polite",
                    "trap 'exit 0' TERM; while :; do sleep 0.02; done",
                    "  restartPolicy: OnFailure");
            machine.awaitPhase("late", "Failed");
            machine.awaitReady("polite");
            machine.await(
                    "late",
                    it ->
                            assertThat(machine.container("late").at("state", "terminated"))
                                    .isPresent());
            machine.stopAgent();
            machine.startAgent();
            machine.await("polite", it -> assertThat(it.restarts()).isEqualTo(1));
            machine.awaitReady("polite");
            assertThat(machine.pod("late").status().text("reason")).contains("DeadlineExceeded");
            assertThat(machine.pod("late").status().text("phase")).contains("Failed");
        }
    }

    @Test
    void anAddressStaysThroughCrashAndRestart() throws Exception {
        kill(directory, 2, Duration.ZERO);
        try (Machine machine = Machine.withoutAgent(directory, it -> it)) {
            var before =
                    List.of(
                            machine.pod("pod-0").status().text("podIP").orElseThrow(),
                            machine.pod("pod-1").status().text("podIP").orElseThrow());
            machine.startAgent();
            machine.shell("other", "sleep 300");
            machine.awaitReady("other");
            assertThat(machine.pod("other").status().text("podIP").orElseThrow()).isNotIn(before);
            machine.stopAgent();
            machine.startAgent();
            machine.awaitReady("pod-0");
            assertThat(machine.pod("pod-0").status().text("podIP")).contains(before.get(0));
            endAll(machine, 2);
        }
    }

    @Test
    void whatADeadPlatformLeftCanBeEnded() throws Exception {
        kill(directory, 2, Duration.ZERO);
        int ended =
                Leftovers.end(
                        Machine.setup(directory),
                        Duration.ofSeconds(5),
                        Clock.system(),
                        new CollectedFaults());
        assertThat(ended).isEqualTo(2);
        assertThat(processes()).isEmpty();
        try (Machine machine = Machine.start(directory)) {
            machine.await("pod-0", it -> assertThat(it.restarts()).isEqualTo(1));
            machine.await("pod-1", it -> assertThat(it.restarts()).isEqualTo(1));
            endAll(machine, 2);
        }
    }

    @Test
    void killedAtAnyMomentExactlyTheWantedProcessesRun(Seed seed) throws Exception {
        var chance = seed.chance();
        for (int round = 0; round < 5; round++) {
            Path here = Files.createDirectory(directory.resolve("round-" + round));
            kill(here, 4, Duration.ofMillis(chance.below(120)));
            try (Machine machine = Machine.withoutAgent(here, it -> it)) {
                machine.startAgent();
                int pods =
                        machine.client()
                                .list(Types.POD, dev.weft.api.client.Query.all())
                                .items()
                                .size();
                for (int i = 0; i < pods; i++) {
                    machine.awaitReady("pod-" + i);
                }
                eventually(() -> assertThat(count()).isEqualTo(pods));
                always(Duration.ofMillis(100), () -> assertThat(count()).isEqualTo(pods));
                endAll(machine, pods);
            }
            assertThat(processes()).isEmpty();
        }
    }

    private int count() throws IOException {
        return processes().values().stream().mapToInt(List::size).sum();
    }

    private static void endAll(Machine machine, int pods) {
        for (int i = 0; i < pods; i++) {
            machine.delete("pod-" + i);
        }
        for (int i = 0; i < pods; i++) {
            machine.awaitGone("pod-" + i);
        }
    }

    /** Starts a platform with pods and kills it, when they are ready or that long after. */
    private static void kill(Path directory, int pods, Duration after)
            throws IOException, InterruptedException {
        var words =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                CrashingMachine.class.getName(),
                                directory.toString(),
                                Integer.toString(pods)));
        if (!after.isZero()) {
            words.add("at once");
        }
        Process platform = new ProcessBuilder(words).redirectErrorStream(true).start();
        var watchdog =
                platform.onExit()
                        .orTimeout(60, TimeUnit.SECONDS)
                        .whenComplete((ended, late) -> platform.destroyForcibly());
        try (BufferedReader lines = platform.inputReader()) {
            var seen = new StringBuilder();
            while (true) {
                String line = lines.readLine();
                assertThat(line).as("never came up:\n%s", seen).isNotNull();
                if (line.equals("up")) {
                    break;
                }
                seen.append(line).append('\n');
            }
            assertThat(platform.waitFor(after.toMillis(), TimeUnit.MILLISECONDS)).isFalse();
        } finally {
            platform.destroyForcibly();
            assertThat(platform.waitFor(30, TimeUnit.SECONDS)).isTrue();
            watchdog.cancel(false);
        }
    }

    /** The main processes of all runs below this test's directories, by the names of the runs. */
    private Map<String, List<Long>> processes() throws IOException {
        var found = new TreeMap<String, List<Long>>();
        try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
            for (Path entry : entries.toList()) {
                if (entry.getFileName().toString().matches("[0-9]+")) {
                    add(entry, found);
                }
            }
        }
        return found;
    }

    private void add(Path process, Map<String, List<Long>> found) {
        try {
            String environment =
                    Files.readString(
                            process.resolve("environ"),
                            java.nio.charset.StandardCharsets.ISO_8859_1);
            String command =
                    Files.readString(
                            process.resolve("cmdline"),
                            java.nio.charset.StandardCharsets.ISO_8859_1);
            int at = environment.indexOf("WEFT_RUN=");
            if (at < 0 || !command.startsWith("sleep\0" + "300")) {
                return;
            }
            String token = environment.substring(at).split("\0", 2)[0];
            if (isOurs(token)) {
                found.computeIfAbsent(token, word -> new ArrayList<>())
                        .add(Long.parseLong(process.getFileName().toString()));
            }
        } catch (IOException e) {
            // it has ended
        }
    }

    private boolean isOurs(String token) throws IOException {
        try (Stream<Path> files = Files.walk(directory, 4)) {
            for (Path file : files.filter(it -> it.endsWith("identity")).toList()) {
                if (token.contains(Files.readString(file).strip())) {
                    return true;
                }
            }
        }
        return false;
    }

    private static void killProcess(long pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
}
