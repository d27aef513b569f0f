package dev.weft.api.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.client.ApiException;
import dev.weft.api.model.Key;
import dev.weft.foundation.chance.Chance;
import dev.weft.testkit.Command;
import dev.weft.testkit.Running;
import dev.weft.testkit.Seed;
import dev.weft.testkit.Seeds;
import dev.weft.testkit.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a store whose process was killed, whose disk filled up or failed. */
@ExtendWith(Seeds.class)
final class DurabilityTest {
    private static final Pattern ACK = Pattern.compile("^ack (\\S+) (\\d+)$", Pattern.MULTILINE);
    private static final int KILLS = 6;

    @TempDir private Path directory;

    @Test
    void whatWasAcknowledgedBeforeAKillIsThereAndNoVersionIsIssuedTwice(Seed seed)
            throws Exception {
        var chance = new Chance(seed.value());
        Path file = directory.resolve("weft.db");
        Set<Long> issued = new HashSet<>();
        Set<String> promised = new HashSet<>();
        long highest = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            String output = killedAfter(file, 20 + chance.below(400));
            Matcher acks = ACK.matcher(output);
            while (acks.find()) {
                long version = Long.parseLong(acks.group(2));
                assertThat(issued.add(version)).as("version %d is new", version).isTrue();
                assertThat(version).isGreaterThan(highest - 1_000_000);
                highest = Math.max(highest, version);
                promised.add(acks.group(1));
            }
        }
        var faults = new RecordingFaults();
        try (Store store = Store.open(file, faults)) {
            Image image = store.image();
            // A kill loses nothing that was written, synced or not: only a loss of power could.
            assertThat(promised).isNotEmpty().allMatch(name -> isWhole(image, name));
            assertThat(image.version()).isGreaterThanOrEqualTo(highest);
            long before = highest;
            assertThatThrownBy(() -> store.feed(StoreChild.MAPS, before - 1))
                    .isInstanceOf(ApiException.class)
                    .hasMessageContaining("too old resource version");
        }
        assertThat(faults.reported).isEmpty();
    }

    @Test
    void everyAcknowledgementComesAfterASyncOfItsOwn() throws Exception {
        List<String> calls = traced("durable", 1, 40);
        int acks = 0;
        boolean synced = false;
        for (String call : calls) {
            if (call.contains("fdatasync(") || call.contains("fsync(")) {
                synced = true;
            } else if (call.contains("\"ack ")) {
                assertThat(synced).as("a sync before %s", call).isTrue();
                synced = false;
                acks++;
            }
        }
        assertThat(acks).isEqualTo(40);
    }

    @Test
    void writesThatCameTogetherShareASync() throws Exception {
        List<String> calls = traced("silent", 16, 100);
        assertThat(calls).anyMatch(it -> it.contains("\"closed"));
        assertThat(syncs(calls)).isLessThan(1600 / 2);
    }

    @Test
    void whatCanBeRebuiltIsNotWaitedFor() throws Exception {
        List<String> calls = traced("rebuildable", 1, 200);
        assertThat(acks(calls)).isEqualTo(200);
        // Those of opening and closing the file, and no more.
        assertThat(syncs(calls)).isLessThan(20);
    }

    @Test
    void aFullDiskIsAClearRefusalAndNothingIsLost() throws Exception {
        Path small = smallDisk("size=3m");
        try {
            Path file = small.resolve("weft.db");
            String output = child("large", file, 1, 500).run().out();
            assertThat(output)
                    .contains(
                            "refused 507 not saved, nothing was changed: the disk that holds the"
                                    + " data directory is full");
            assertThat(output).contains("closed");
            assertAllThere(output, file);
        } finally {
            Command.of("umount", small).run().expectSuccess();
        }
    }

    @Test
    void aFileThatMayNotGrowIsAClearRefusalAndNothingIsLost() throws Exception {
        Path file = directory.resolve("weft.db");
        String command = "ulimit -f 2048; exec " + String.join(" ", words("large", file, 1, 500));
        String output = Command.of("bash", "-c", command).run().out();
        assertThat(output).contains("refused 507 not saved, nothing was changed: ");
        assertAllThere(output, file);
    }

    @Test
    void aReadOnlyFileIsAClearRefusalToStartAndNothingIsLost() throws Exception {
        Path small = smallDisk("size=8m");
        try {
            Path file = small.resolve("weft.db");
            String written = child("durable", file, 1, 5).run().out();
            Command.of("mount", "-o", "remount,ro", small).run().expectSuccess();
            String output = child("durable", file, 1, 5).run().out();
            assertThat(output).contains("cannot open: cannot use " + file);
            assertThat(output.toLowerCase(java.util.Locale.ROOT))
                    .containsAnyOf("readonly", "read-only");
            Command.of("mount", "-o", "remount,rw", small).run().expectSuccess();
            assertAllThere(written, file);
        } finally {
            Command.of("umount", small).run().expectSuccess();
        }
    }

    @Test
    void aDiskThatTurnsReadOnlyIsAClearRefusalAndNothingIsLost() throws Exception {
        Path file = directory.resolve("weft.db");
        String output =
                Command.of(Tools.find("strace"), "-f", "-o", "/dev/null", "-e", "trace=pwrite64")
                        .with("-e", "inject=pwrite64:error=EROFS:when=60+")
                        .with(words("durable", file, 1, 500).toArray())
                        .run()
                        .out();
        assertThat(output).contains("refused 507 not saved, nothing was changed: ");
        assertThat(output).contains("ack ");
        assertAllThere(output, file);
    }

    @Test
    void aFailedSyncEndsTheProcessWithItsReason() throws Exception {
        Path file = directory.resolve("weft.db");
        Command.Result result =
                Command.of(Tools.find("strace"), "-f", "-o", "/dev/null")
                        .with("-e", "trace=fdatasync,fsync")
                        .with("-e", "inject=fdatasync,fsync:error=EIO:when=20+")
                        .with(words("durable", file, 1, 500).toArray())
                        .run()
                        .expectExit(70);
        assertThat(result.out()).contains("fatal: the database failed with SQLITE_IOERR_FSYNC");
        assertThat(result.out()).contains("ack ");
        // What was being synced may be there or not: nobody was told that it is.
        assertThat(unacknowledged(result.out(), file)).isLessThanOrEqualTo(1);
    }

    private String killedAfter(Path file, int acks) {
        try (Running running = child("mixed", file, 4, 1_000_000).start()) {
            while (ACK.matcher(running.out().text()).results().count() < acks) {
                running.out().await(Duration.ofSeconds(60), "ack ");
                assertThat(running.isAlive()).as(running.out().text()).isTrue();
            }
            running.signal("KILL");
            running.awaitExit(Duration.ofSeconds(30));
            return running.out().text();
        }
    }

    private List<String> traced(String mode, int writers, int count) throws IOException {
        Path trace = directory.resolve("trace");
        Command.of(Tools.find("strace"), "-f", "-e", "trace=fdatasync,fsync,write", "-s", "40")
                .with("-o", trace)
                .with(words(mode, directory.resolve("weft.db"), writers, count).toArray())
                .run()
                .expectSuccess();
        return Files.readAllLines(trace).stream()
                // A call that another thread cut into shows twice: its end is what counts.
                .filter(line -> !line.contains("<unfinished"))
                .map(line -> line.replace(" resumed>", "("))
                .toList();
    }

    private static long acks(List<String> calls) {
        return calls.stream().filter(it -> it.contains("\"ack ")).count();
    }

    private static long syncs(List<String> calls) {
        return calls.stream().filter(it -> it.contains("sync(")).count();
    }

    private static void assertAllThere(String output, Path file) {
        assertThat(unacknowledged(output, file)).isZero();
    }

    /** How much more there is than what was acknowledged, all of which must be there. */
    private static int unacknowledged(String output, Path file) {
        int more;
        var faults = new RecordingFaults();
        try (Store store = Store.open(file, faults)) {
            Matcher acks = ACK.matcher(output);
            int count = 0;
            while (acks.find()) {
                assertThat(isWhole(store.image(), acks.group(1))).as(acks.group()).isTrue();
                count++;
            }
            more = store.image().collection(StoreChild.MAPS).size() - count;
        }
        assertThat(faults.reported).isEmpty();
        assertThat(faults.fatal).isEmpty();
        return more;
    }

    private static boolean isWhole(Image image, String name) {
        return image.find(StoreChild.MAPS, new Key("default", name))
                .map(entry -> entry.resource().tree())
                .filter(tree -> tree.text("name").filter(name::equals).isPresent())
                .filter(tree -> tree.text("value").filter(it -> it.length() >= 100).isPresent())
                .isPresent();
    }

    /** A disk of its own; only root can make one. */
    private Path smallDisk(String options) throws IOException {
        Path disk = Files.createDirectory(directory.resolve("disk"));
        Command.Result mounted =
                Command.of("mount", "-t", "tmpfs", "-o", options, "none", disk).run();
        Assumptions.assumeTrue(
                mounted.exit() == 0, "needs the right to mount a disk: " + mounted.err());
        return disk;
    }

    private static Command child(String mode, Path file, int writers, int count) {
        return Command.of(words(mode, file, writers, count).toArray());
    }

    private static List<String> words(String mode, Path file, int writers, int count) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-XX:-UsePerfData",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                StoreChild.class.getName(),
                mode,
                file.toString(),
                Integer.toString(writers),
                Integer.toString(count));
    }
}
