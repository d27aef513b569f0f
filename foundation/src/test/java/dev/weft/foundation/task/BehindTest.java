package dev.weft.foundation.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** A thread that stands behind has a smaller share; the others keep theirs. */
final class BehindTest {
    private static final int AFTER_NAME = 16; // of nice, counted from the state

    @Test
    void threadsOfThatNameStandBehindAndOthersDoNot() throws Exception {
        Optional<Promptness> promptness = Promptness.here();
        assumeTrue(promptness.isPresent(), "not on Linux");
        var begun = new CountDownLatch(2);
        var read = new CountDownLatch(1);
        var nice = new int[2];
        List<Thread> threads =
                List.of(
                        Thread.ofPlatform()
                                .name("slow-one")
                                .start(() -> nice(nice, 0, begun, read)),
                        Thread.ofPlatform().name("other").start(() -> nice(nice, 1, begun, read)));
        begun.await();
        promptness.get().behind(List.of("slow-"), 5);
        read.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(nice[0]).isEqualTo(Math.min(19, nice[1] + 5));
    }

    private static void nice(int[] into, int place, CountDownLatch begun, CountDownLatch read) {
        try {
            begun.countDown();
            read.await();
            String stat = Files.readString(Path.of("/proc/thread-self/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            into[place] = Integer.parseInt(fields[AFTER_NAME]);
        } catch (IOException | InterruptedException e) {
            into[place] = -100;
        }
    }
}
