package dev.weft.foundation.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class CarriersTest {
    @Test
    void asManyComputationsAsCoresHoldNobodyUp() throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process process =
                new ProcessBuilder(
                                java.toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Spinning.class.getName())
                        .inheritIO()
                        .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("has ended").isTrue();
            assertThat(process.exitValue()).as("whether it was answered").isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    /** A process whose cores are all taken by virtual threads that never wait. */
    static final class Spinning {
        private static volatile long sink;

        private Spinning() {}

        public static void main(String[] arguments) throws InterruptedException {
            Carriers.keepOneToSpare();
            for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
                Thread.ofVirtual().start(Spinning::spin);
            }
            Thread answering = Thread.ofVirtual().start(() -> {});
            answering.join(Duration.ofSeconds(50));
            Runtime.getRuntime().halt(answering.isAlive() ? 1 : 0);
        }

        private static void spin() {
            while (sink >= 0) {
                sink = sink + 1 & Long.MAX_VALUE;
            }
        }
    }
}
