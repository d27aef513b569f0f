package dev.weft.foundation.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A thread asks the kernel for short slices; where there is no such thing nothing happens. */
final class PromptnessTest {
    private static final Path SEEN = Path.of("/proc/thread-self/sched");

    @Test
    void aThreadGetsShortSlices() throws IOException, InterruptedException {
        assumeTrue(slice().isPresent() && isNewEnough(), "this kernel has no slices of a length");
        Promptness promptness = Promptness.here().orElseThrow();
        String[] seen = new String[2];
        Thread thread =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    seen[0] = Boolean.toString(promptness.ofThisThread());
                                    seen[1] = slice().orElse("");
                                });
        thread.join();
        assertThat(seen).containsExactly("true", "100000");
    }

    @Test
    void aNameThatNoThreadHasChangesNothing() {
        Optional<String> before = slice();
        Promptness.here().ifPresent(it -> it.ofThreads("nobody"));
        assertThat(slice()).isEqualTo(before);
    }

    private static boolean isNewEnough() {
        String[] parts = System.getProperty("os.version", "0.0").split("[^0-9]+");
        int major = Integer.parseInt(parts[0]);
        return major > 6 || (major == 6 && Integer.parseInt(parts[1]) >= 12);
    }

    /** The slice of this thread, where the kernel tells it. */
    private static Optional<String> slice() {
        try {
            return Files.readAllLines(SEEN).stream()
                    .filter(line -> line.startsWith("se.slice"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
