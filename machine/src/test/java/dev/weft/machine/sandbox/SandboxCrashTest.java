package dev.weft.machine.sandbox;

import static dev.weft.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testkit.NothingLeft;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The platform is killed between every two steps; the next one must know what is there. */
@ExtendWith(NothingLeft.class)
final class SandboxCrashTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"intent recorded", "spawned", "supervisor recorded"})
    void nothingRunsOfWhatWasNotToldToGoOn(String step) throws Exception {
        killAt(step);

        try (var next = Sandboxes.open(directory)) {
            assertThat(next.runs()).allSatisfy(it -> awaitEnd(it));
            eventually(LONG, () -> assertThat(processes()).isEmpty());
            assertThat(next.runs()).allSatisfy(it -> assertThat(it.pids()).isEmpty());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"told to go on", "running"})
    void whatRunsIsAdoptedOnceAndItsEndIsKnown(String step) throws Exception {
        killAt(step);

        try (var next = Sandboxes.open(directory)) {
            assertThat(next.runs()).hasSize(1);
            Run run = next.runs().getFirst();
            assertThat(run.isAdopted()).isTrue();
            assertThat(run.labels()).containsEntry("image", "sha256:1");
            eventually(LONG, () -> assertThat(processes()).hasSize(1));
            eventually(LONG, () -> assertThat(Sandboxes.log(directory, 0)).isEqualTo("begun\n"));
            run.stop(LONG);
            awaitEnd(run);
            assertThat(run.end().orElseThrow().exitCode()).isEqualTo(143);
            assertThat(run.end().orElseThrow().known()).isTrue();
            assertThat(processes()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"processes gone", "log complete", "end recorded"})
    void anEndThatWasSeenHalfIsSeenWholeLater(String step) throws Exception {
        killAt(step);

        try (var next = Sandboxes.open(directory)) {
            Run run = next.runs().getFirst();
            awaitEnd(run);
            assertThat(run.end().orElseThrow().exitCode()).isEqualTo(143);
            assertThat(Sandboxes.log(directory, 0)).isEqualTo("begun\n");
            run.forget();
            assertThat(next.runs()).isEmpty();
        }
        try (var last = Sandboxes.open(directory)) {
            assertThat(last.runs()).isEmpty();
        }
    }

    @Test
    void whatEndedWhileNoPlatformWasThereIsKnownWithCodeAndOutput() throws Exception {
        killAt("running");
        ProcessTable.Entry main = processes().getFirst();
        ProcessTable.signal(main.id(), true);
        eventually(LONG, () -> assertThat(processes()).isEmpty());

        try (var next = Sandboxes.open(directory)) {
            Run run = next.runs().getFirst();
            awaitEnd(run);
            assertThat(run.end().orElseThrow()).matches(it -> it.exitCode() == 137 && it.known());
            assertThat(Sandboxes.log(directory, 0)).isEqualTo("begun\n");
        }
    }

    @Test
    void aProcessWhoseSupervisorWasKilledIsEnded() throws Exception {
        killAt("running");
        ProcessTable.Entry main = processes().getFirst();
        ProcessTable.signal(ProcessTable.entry(main.parent()).orElseThrow().id(), true);

        try (var next = Sandboxes.open(directory)) {
            Run run = next.runs().getFirst();
            awaitEnd(run);
            assertThat(run.end().orElseThrow().known()).isFalse();
            assertThat(processes()).isEmpty();
        }
    }

    private void killAt(String step) throws IOException, InterruptedException {
        var program =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashingPlatform.class.getName(),
                        directory.toString(),
                        step);
        program.redirectErrorStream(true);
        Process platform = program.start();
        var watchdog =
                platform.onExit()
                        .orTimeout(30, TimeUnit.SECONDS)
                        .whenComplete((ended, late) -> platform.destroyForcibly());
        try (BufferedReader lines = platform.inputReader()) {
            var seen = new StringBuilder();
            while (true) {
                String line = lines.readLine();
                assertThat(line).as("never came to '%s':\n%s", step, seen).isNotNull();
                seen.append(line).append('\n');
                if (line.equals("at " + step)) {
                    break;
                }
            }
        } finally {
            platform.destroyForcibly();
            assertThat(platform.waitFor(30, TimeUnit.SECONDS)).isTrue();
            watchdog.cancel(false);
        }
    }

    private static void awaitEnd(Run run) {
        eventually(LONG, () -> assertThat(run.end()).isPresent());
    }

    /** The processes of this test's runs, without the shells that wait for them. */
    private List<ProcessTable.Entry> processes() {
        String word = "/" + Sandboxes.name(0).word();
        return ProcessTable.all().stream()
                .filter(ProcessTable.Entry::alive)
                .filter(
                        it ->
                                ProcessTable.variable(it.pid(), ProcessSandbox.TOKEN)
                                        .filter(token -> token.endsWith(word))
                                        .isPresent())
                .toList();
    }
}
