package dev.weft.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SettingsTest {
    @TempDir private Path data;

    @Test
    void aFlagCountsMoreThanTheFileAndThatMoreThanTheDefault() throws Exception {
        Files.writeString(
                data.resolve("weft.conf"),
                "# comment\n\nedge = 9000\nlog=debug\nstop-patience=5s\ntrace-percent = 7"
                        + "\nbuffer-memory = 64Mi");

        Settings settings = Settings.read(Map.of("log", "error"), null, data);

        assertThat(settings.edge()).isEqualTo(new InetSocketAddress("127.0.0.1", 9000));
        assertThat(settings.log()).isEqualTo(System.Logger.Level.ERROR);
        assertThat(settings.stopPatience()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.tracePercent()).isEqualTo(7);
        assertThat(settings.bufferBytesMax()).isEqualTo(64 << 20);
        assertThat(settings.api()).isEqualTo(new InetSocketAddress("127.0.0.1", 6443));
        assertThat(settings.data()).isEqualTo(data.toAbsolutePath());
    }

    @Test
    void aSizeIsWrittenAsInManifests() {
        Map.of("20000000", 20_000_000L, "1Gi", 1L << 30, "32M", 32_000_000L, "20000k", 20_000_000L)
                .forEach(
                        (text, bytes) ->
                                assertThat(
                                                Settings.read(
                                                                Map.of("buffer-memory", text),
                                                                null,
                                                                data)
                                                        .bufferBytesMax())
                                        .isEqualTo(bytes));
        assertThat(Settings.read(Map.of(), null, data).bufferBytesMax()).isZero();
        for (String wrong : List.of("15Mi", "1T", "-1Gi", "Mi", "", "1.5Gi", "99999999999Gi")) {
            assertThatThrownBy(() -> Settings.read(Map.of("buffer-memory", wrong), null, data))
                    .isInstanceOfSatisfying(
                            SettingsException.class,
                            e ->
                                    assertThat(e.seen())
                                            .isEqualTo(
                                                    "seen: "
                                                            + wrong
                                                            + " at --buffer-memory (expected: a"
                                                            + " size such as 256Mi, 16Mi or"
                                                            + " more)"));
        }
    }

    @Test
    void thePageOfTheReferenceNamesEachSetting() throws Exception {
        List<String> named =
                Files.readAllLines(Path.of("../docs/reference/settings.md")).stream()
                        .filter(line -> line.startsWith("| `"))
                        .map(line -> line.split("`")[1])
                        .toList();
        assertThat(named).containsExactlyElementsOf(Settings.NAMES);
    }

    @Test
    void takesAddressesOfBothFamilies() {
        Settings settings =
                Settings.read(Map.of("api", "[::1]:1", "edge", "0.0.0.0:80"), null, data);

        assertThat(settings.api()).isEqualTo(new InetSocketAddress("::1", 1));
        assertThat(settings.edge()).isEqualTo(new InetSocketAddress("0.0.0.0", 80));
    }

    @Test
    void anUnknownNameIsRefusedWithItsPlaceAndTheNearMiss() throws Exception {
        Path file = Files.writeString(data.resolve("my.conf"), "\nconsloe = 1\n");

        assertThatThrownBy(() -> Settings.read(Map.of(), file, data))
                .isInstanceOfSatisfying(
                        SettingsException.class,
                        e ->
                                assertThat(e.seen())
                                        .isEqualTo(
                                                "seen: consloe at "
                                                        + file
                                                        + " line 2, did you mean console?"));
    }

    @Test
    void aValueThatCannotBeUnderstoodIsShownWithWhatWasExpected() {
        assertThatThrownBy(() -> Settings.read(Map.of("edge", "example.org:80"), null, data))
                .isInstanceOfSatisfying(
                        SettingsException.class,
                        e -> assertThat(e.seen()).contains("example.org:80 at --edge (expected:"));
        assertThatThrownBy(() -> Settings.read(Map.of("outbound", "0.0.0.0:1"), null, data))
                .isInstanceOfSatisfying(
                        SettingsException.class,
                        e -> assertThat(e.seen()).contains("an address of loopback"));
        assertThatThrownBy(() -> Settings.read(Map.of("edge", "99999"), null, data))
                .isInstanceOf(SettingsException.class);
        assertThatThrownBy(() -> Settings.read(Map.of("log", "loud"), null, data))
                .isInstanceOf(SettingsException.class);
    }
}
