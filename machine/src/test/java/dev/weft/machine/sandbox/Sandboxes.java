package dev.weft.machine.sandbox;

import dev.weft.foundation.time.Clock;
import dev.weft.machine.log.LogBounds;
import dev.weft.machine.log.LogQuery;
import dev.weft.machine.log.LogReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What the tests of sandboxes share: a sandbox in a directory, and launches of shell lines. */
final class Sandboxes {
    static final String POD = "6f9619ff-8b86-d011-b42d-00cf4fc964ff";

    private Sandboxes() {}

    static ProcessSandbox open(Path directory) throws IOException {
        return ProcessSandbox.open(
                directory.resolve("sandbox"), LogBounds.USUAL, Clock.system(), new FailingFaults());
    }

    static RunName name(int attempt) {
        return new RunName(POD, "main", attempt);
    }

    static Launch shell(Path directory, String line) {
        return launch(directory, List.of("sh", "-c", line));
    }

    static Launch launch(Path directory, List<String> command) {
        return new Launch(
                command,
                Map.of("PATH", "/usr/local/bin:/usr/bin:/bin"),
                directory,
                RunAs.SELF,
                List.of(),
                directory.resolve("logs"),
                Map.of("image", "sha256:1"));
    }

    static String log(Path directory, int attempt) throws IOException {
        var out = new ByteArrayOutputStream();
        new LogReader(directory.resolve("logs"), attempt).read(LogQuery.ALL, out);
        return out.toString(StandardCharsets.UTF_8);
    }
}
