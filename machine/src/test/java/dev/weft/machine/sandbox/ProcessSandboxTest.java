package dev.weft.machine.sandbox;

import static dev.weft.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.weft.testkit.NothingLeft;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NothingLeft.class)
final class ProcessSandboxTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir Path directory;
    private ProcessSandbox sandbox;

    @BeforeEach
    void open() throws IOException {
        sandbox = Sandboxes.open(directory);
    }

    @AfterEach
    void close() {
        for (Run run : sandbox.runs()) {
            run.stop(Duration.ZERO);
            eventually(LONG, () -> assertThat(run.end()).isPresent());
        }
        sandbox.close();
    }

    @Test
    void keepsOutputAndExitCode() throws Exception {
        Run run = start("echo out; echo err >&2; printf unfinished; exit 7");

        assertThat(end(run).exitCode()).isEqualTo(7);
        assertThat(end(run).known()).isTrue();
        assertThat(Sandboxes.log(directory, 0)).isEqualTo("out\nerr\nunfinished\n");
    }

    @Test
    void leadsASessionOfItsOwn() {
        Run run = start("sleep 300");
        eventually(LONG, () -> assertThat(run.pid()).isPresent());

        ProcessTable.Entry main = ProcessTable.entry(run.pid().getAsLong()).orElseThrow();
        long ours = ProcessTable.entry(ProcessHandle.current().pid()).orElseThrow().session();
        assertThat(main.session()).isEqualTo(main.parent()).isNotEqualTo(ours);
    }

    @Test
    void givesTheEnvironmentAsItIsAndNothingElse() throws Exception {
        var launch = Sandboxes.launch(directory, List.of("env"));
        var environment = new HashMap<>(launch.environment());
        environment.put("QUOTES", "a'b\"c $HOME `x` \\ \n second line");
        environment.put("odd.name-1", "odd");
        environment.put("UID", "mine");
        environment.put("EMPTY", "");
        Run run =
                sandbox.start(
                        Sandboxes.name(0),
                        new Launch(
                                List.of("env", "-0"),
                                environment,
                                directory,
                                RunAs.SELF,
                                List.of(),
                                launch.logs(),
                                Map.of()));
        end(run);

        var seen = new HashMap<String, String>();
        for (String entry : Sandboxes.log(directory, 0).split("\0")) {
            if (entry.indexOf('=') > 0) {
                seen.put(
                        entry.substring(0, entry.indexOf('=')),
                        entry.substring(entry.indexOf('=') + 1));
            }
        }
        seen.keySet().removeAll(Set.of("WEFT_RUN", "PWD", "OLDPWD"));
        assertThat(seen).isEqualTo(environment);
    }

    @Test
    void asksBeforeItKills() throws Exception {
        Run run = start("trap 'echo asked; exit 3' TERM; echo ready; while :; do sleep 0.05; done");
        eventually(LONG, () -> assertThat(Sandboxes.log(directory, 0)).contains("ready"));

        run.stop(LONG);

        assertThat(end(run).exitCode()).isEqualTo(3);
        assertThat(Sandboxes.log(directory, 0)).isEqualTo("ready\nasked\n");
    }

    @Test
    void killsWhatDoesNotEndInTime() {
        Run run = start("trap '' TERM; echo ready; while :; do sleep 0.05; done");
        eventually(LONG, () -> assertThat(Sandboxes.log(directory, 0)).contains("ready"));

        run.stop(Duration.ofMillis(50));

        assertThat(end(run).exitCode()).isEqualTo(137);
    }

    @Test
    void givesWhatItStartedTheRestOfTheGrace() throws Exception {
        Run run =
                start(
                        "sh -c 'trap \"echo child asked; exit 0\" TERM; echo ready;"
                                + " while :; do sleep 0.05; done' & exec sleep 300");
        eventually(LONG, () -> assertThat(Sandboxes.log(directory, 0)).contains("ready"));

        run.stop(LONG);

        assertThat(end(run).exitCode()).isEqualTo(143);
        assertThat(Sandboxes.log(directory, 0)).contains("child asked");
    }

    @Test
    void endsADaemonThatLeftItsSession() throws Exception {
        Path pid = directory.resolve("daemon");
        Run run = start("setsid sh -c 'echo $$ >" + pid + "; exec sleep 300' & sleep 300");
        eventually(LONG, () -> assertThat(Files.readString(pid)).endsWith("\n"));
        long daemon = Long.parseLong(Files.readString(pid).strip());
        assertThat(run.pids()).contains(daemon);

        run.stop(Duration.ZERO);

        end(run);
        assertThat(ProcessTable.entry(daemon).filter(ProcessTable.Entry::alive)).isEmpty();
    }

    @Test
    void endsTheChildrenOfAProcessThatEnded() throws Exception {
        Path pid = directory.resolve("child");
        Run run = start("sleep 300 & echo $! >" + pid + "; exit 0");

        assertThat(end(run).exitCode()).isZero();
        long child = Long.parseLong(Files.readString(pid).strip());
        assertThat(ProcessTable.entry(child).filter(ProcessTable.Entry::alive)).isEmpty();
    }

    @Test
    void saysThatACommandIsNotThere() {
        assertThatThrownBy(() -> sandbox.start(Sandboxes.name(0), launchOf("no-such-program")))
                .isInstanceOf(SandboxException.class)
                .hasMessage(
                        "exec: \"no-such-program\": executable file not found in PATH"
                                + " /usr/local/bin:/usr/bin:/bin");
        assertThatThrownBy(() -> sandbox.start(Sandboxes.name(0), launchOf("./nothing")))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("no such file");
        assertThat(sandbox.runs()).isEmpty();
    }

    @Test
    void runsACommandBesideTheProcess() throws Exception {
        Run run = start("sleep 300");
        eventually(LONG, () -> assertThat(run.pid()).isPresent());

        var said = run.exec(List.of("sh", "-c", "pwd; echo bad >&2; exit 4"), LONG);
        assertThat(said.exitCode()).isEqualTo(4);
        assertThat(said.output()).isEqualTo(directory.toRealPath() + "\nbad\n");

        var slow = run.exec(List.of("sh", "-c", "sleep 300 & sleep 300"), Duration.ofMillis(100));
        assertThat(slow.timedOut()).isTrue();
        assertThat(run.exec(List.of("none-such"), LONG).exitCode()).isEqualTo(127);
    }

    @Test
    void runsAsAnotherUserWhereThatIsPossible() throws Exception {
        assumeThat(sandbox.changesUser()).isTrue();
        Launch as = launchOf("sh", "-c", "id -u; id -g; id -G; grep NoNewPrivs /proc/self/status");
        Run run =
                sandbox.start(
                        Sandboxes.name(0),
                        new Launch(
                                as.command(),
                                as.environment(),
                                Path.of("/"),
                                new RunAs(
                                        OptionalInt.of(4711),
                                        OptionalInt.of(4712),
                                        List.of(4713),
                                        false),
                                List.of(),
                                as.logs(),
                                Map.of()));
        end(run);

        assertThat(Sandboxes.log(directory, 0))
                .isEqualTo("4711\n4712\n4712 4713\nNoNewPrivs:\t1\n");
    }

    @Test
    void showsVolumesWhereTheyAreWantedAndChangesNothingOfTheMachine() throws Exception {
        assumeThat(sandbox.mounts()).isInstanceOf(Sandbox.Mounts.Possible.class);
        Path volume = Files.createDirectory(directory.resolve("volume"));
        Files.writeString(volume.resolve("key"), "secret\n");
        Launch plain =
                launchOf(
                        "sh",
                        "-c",
                        "cat /weft-test/a/key /etc/weft-test.conf; touch /weft-test/a/x || echo ro;"
                                + " touch /weft-test/b/new; touch /weft-test-made; sleep 300");
        Run run =
                sandbox.start(
                        Sandboxes.name(0),
                        new Launch(
                                plain.command(),
                                plain.environment(),
                                directory,
                                RunAs.SELF,
                                List.of(
                                        new Mount(volume, "/weft-test/a", true),
                                        new Mount(volume, "/weft-test/b", false),
                                        new Mount(
                                                volume.resolve("key"),
                                                "/etc/weft-test.conf",
                                                true)),
                                plain.logs(),
                                Map.of()));

        eventually(LONG, () -> assertThat(volume.resolve("new")).exists());
        eventually(
                LONG,
                () ->
                        assertThat(Sandboxes.log(directory, 0))
                                .startsWith("secret\nsecret\n")
                                .contains("ro\n"));
        assertThat(run.exec(List.of("cat", "/weft-test/a/key"), LONG).output())
                .isEqualTo("secret\n");
        assertThat(Path.of("/weft-test")).doesNotExist();
        assertThat(Path.of("/weft-test-made")).doesNotExist();
        assertThat(Path.of("/etc/weft-test.conf")).doesNotExist();
    }

    private Launch launchOf(String... command) {
        return Sandboxes.launch(directory, List.of(command));
    }

    private Run start(String line) {
        return sandbox.start(Sandboxes.name(0), Sandboxes.shell(directory, line));
    }

    private static RunEnd end(Run run) {
        eventually(LONG, () -> assertThat(run.end()).isPresent());
        return run.end().orElseThrow();
    }
}
