package dev.weft.app.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testkit.Command;
import dev.weft.testkit.Eventually;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example {@code examples/split}, to the letter of its README, under load. */
final class SplitTest {
    private static final String HOST = "root.default";
    private static final int CALLERS = 8;
    private static final long PROPAGATION_NANOS = Duration.ofMillis(100).toNanos();

    @TempDir Path data;

    @Test
    void callsFollowTheWeightsAndNoneFails() throws Exception {
        try (var weft = WeftUp.in(data)) {
            weft.kubectl().with("apply", "-f", "examples/split").run().expectSuccess();
            for (String name : List.of("root", "blue", "green")) {
                weft.kubectl()
                        .with("rollout", "status", "deployment/" + name, "--timeout=100s")
                        .run()
                        .expectSuccess();
            }
            Eventually.eventually(() -> assertThat(ask(weft)).isIn("blue", "green"));

            halfAndHalf(weft);
            newWeightsUnderLoad(weft);
            killedInstanceUnderLoad(weft);
            deletedSplitUnderLoad(weft);
            weft.kubectl().with("delete", "-f", "examples/split").run();
        }
    }

    private static void halfAndHalf(WeftUp weft) {
        List<Load.Answer> answers = Load.times(10_000, weft.edge(), HOST, CALLERS);

        assertThat(answers).hasSize(10_000).allMatch(Load.Answer::isGood);
        assertPart(answers, "green", 0.5);
    }

    private static void newWeightsUnderLoad(WeftUp weft) throws Exception {
        try (var load = Load.on(weft.edge(), HOST, CALLERS)) {
            awaitMore(load, 1000);
            weft.kubectl()
                    .with("apply", "-f", "examples/split/later/canary.yaml")
                    .run()
                    .expectSuccess();
            long applied = System.nanoTime();
            awaitMore(load, 6000);

            assertThat(load.answers()).allMatch(Load.Answer::isGood);
            assertPart(load.since(applied + PROPAGATION_NANOS), "green", 0.9);
        }
    }

    private static void killedInstanceUnderLoad(WeftUp weft) throws Exception {
        String address =
                weft.kubectl()
                        .with(
                                "get",
                                "pods",
                                "-l",
                                "app=green",
                                "-o",
                                "jsonpath={.items[0].status.podIP}")
                        .run()
                        .expectSuccess()
                        .out();
        long pid = processAt(address);
        try (var load = Load.on(weft.edge(), HOST, CALLERS)) {
            awaitMore(load, 1000);

            Command.of("kill", "-KILL", pid).run().expectSuccess();

            awaitMore(load, 6000);
            assertThat(load.answers().stream().filter(it -> !it.isGood())).isEmpty();
        }
        weft.kubectl()
                .with("rollout", "status", "deployment/green", "--timeout=100s")
                .run()
                .expectSuccess();
    }

    private static void deletedSplitUnderLoad(WeftUp weft) throws Exception {
        try (var load = Load.on(weft.edge(), HOST, CALLERS)) {
            awaitMore(load, 500);
            weft.kubectl().with("delete", "trafficsplit", "colours").run().expectSuccess();
            long deleted = System.nanoTime();
            awaitMore(load, 3000);

            assertThat(load.answers()).allMatch(Load.Answer::isGood);
            assertThat(load.since(deleted + PROPAGATION_NANOS))
                    .isNotEmpty()
                    .allMatch(it -> it.body().equals("root"));
        }
    }

    /** Within three standard deviations of what a coin of that weight would give. */
    private static void assertPart(List<Load.Answer> answers, String colour, double part) {
        long got = answers.stream().filter(it -> it.body().equals(colour)).count();
        double deviation = Math.sqrt(answers.size() * part * (1 - part));
        assertThat((double) got)
                .as("%s of %d", colour, answers.size())
                .isBetween(
                        answers.size() * part - 3 * deviation,
                        answers.size() * part + 3 * deviation);
    }

    private static void awaitMore(Load load, int more) {
        int wanted = load.size() + more;
        Eventually.eventually(
                Duration.ofMinutes(1), () -> assertThat(load.size()).isGreaterThan(wanted));
    }

    private static String ask(WeftUp weft) {
        return Load.times(1, weft.edge(), HOST, 1).getFirst().body();
    }

    /** The process that was told to serve on an address. */
    private static long processAt(String address) throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            return all.filter(it -> it.getFileName().toString().matches("\\d+"))
                    .filter(it -> serves(it, address))
                    .mapToLong(it -> Long.parseLong(it.getFileName().toString()))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("nothing serves on " + address));
        }
    }

    private static boolean serves(Path process, String address) {
        try {
            String environment =
                    Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1);
            String command =
                    Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
            return environment.contains("\0HOST=" + address + "\0")
                    && command.startsWith("java")
                    && command.contains("Colour");
        } catch (IOException e) {
            return false;
        }
    }
}
