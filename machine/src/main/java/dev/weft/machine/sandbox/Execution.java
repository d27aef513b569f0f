package dev.weft.machine.sandbox;

import dev.weft.foundation.task.Pause;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * One command run beside a run's process, by the thread that wants it. It writes to a file and not
 * to a pipe, so that waiting for it holds no thread of the machine.
 *
 * @param word unlike any other execution's
 */
record Execution(Toolbox tools, Spawner spawner, Path directory, String word) {
    static final String TOKEN = "WEFT_EXEC";
    private static final int OUTPUT_MAX = 10 << 10;
    private static final Duration DYING = Duration.ofMillis(5);

    ExecResult run(ProcessRun run, List<String> command, Duration patience)
            throws InterruptedException {
        Path output = directory.resolve(word);
        try {
            Process process = spawner.start(program(run, command, output));
            Optional<ProcessId> id = ProcessTable.entry(process.pid()).map(ProcessTable.Entry::id);
            boolean ended = false;
            try {
                ended = process.waitFor(patience.toNanos(), TimeUnit.NANOSECONDS);
            } finally {
                end(process, id);
            }
            return new ExecResult(ended ? process.exitValue() : -1, !ended, read(output));
        } catch (IOException e) {
            return new ExecResult(126, false, String.valueOf(e.getMessage()));
        } finally {
            delete(output);
        }
    }

    private ProcessBuilder program(ProcessRun run, List<String> command, Path output) {
        var words = new ArrayList<String>();
        words.add(tools.setsid().toString());
        RunDirectory at = run.directory();
        if (Files.exists(at.path().resolve("mounted")) && tools.nsenter().isPresent()) {
            long main = run.pid().orElseThrow(() -> gone(run));
            words.addAll(List.of(tools.nsenter().get().toString(), "--target", "" + main));
            // the working directory of here may not exist there
            words.addAll(List.of("--mount", "--root", "--wd", "--"));
        }
        words.addAll(List.of(tools.sh().toString(), "-c"));
        words.add("cd \"$0\" && . ./inside && enter \"$@\"");
        words.add(at.path().toString());
        words.addAll(command);
        var program = new ProcessBuilder(words);
        program.environment().clear();
        program.environment().put(TOKEN, word);
        program.redirectInput(Path.of("/dev/null").toFile());
        program.redirectErrorStream(true).redirectOutput(output.toFile());
        return program;
    }

    private static SandboxException gone(Run run) {
        return new SandboxException(
                SandboxException.Kind.FAILED, "the process of " + run.name() + " is not running");
    }

    private void end(Process process, Optional<ProcessId> id) throws InterruptedException {
        process.destroyForcibly();
        Set<ProcessId> left = ProcessTable.members(TOKEN, word, id);
        while (!left.isEmpty()) {
            left.forEach(it -> ProcessTable.signal(it, true));
            Pause.of(DYING);
            left = ProcessTable.members(TOKEN, word, id);
        }
    }

    private static String read(Path output) throws IOException {
        try (var in = Files.newInputStream(output)) {
            return new String(in.readNBytes(OUTPUT_MAX), StandardCharsets.UTF_8);
        }
    }

    private static void delete(Path output) {
        try {
            Files.deleteIfExists(output);
        } catch (IOException e) {
            // The directory is emptied at the next start.
        }
    }
}
