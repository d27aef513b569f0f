package dev.weft.machine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.testkit.NothingLeft;
import dev.weft.testkit.SimulatedClock;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NothingLeft.class)
@Timeout(60)
final class ImageStoreTest {
    private static final ImageName BLUE = ImageName.parse("blue:1");

    @TempDir Path directory;
    private final SimulatedClock clock = new SimulatedClock();
    private final Set<String> inUse = new HashSet<>();
    private Path source;
    private ImageStore store;

    @BeforeEach
    void open() throws IOException {
        source = Files.createDirectory(directory.resolve("source"));
        Files.writeString(source.resolve("serve"), "#!/bin/sh\necho one\n");
        Files.setPosixFilePermissions(
                source.resolve("serve"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createDirectory(source.resolve("lib"));
        Files.writeString(source.resolve("lib/data"), "data");
        Files.createSymbolicLink(source.resolve("link"), Path.of("lib/data"));
        store = ImageStore.open(directory.resolve("images"), () -> inUse, clock);
    }

    @AfterEach
    void makeDeletable() throws Exception {
        inUse.clear();
        clock.advance(Duration.ofMinutes(5));
        for (Image image : store.list()) {
            store.remove(image.name());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "blue, blue:latest",
        "blue:1, blue:1",
        "registry.example:5000/team/blue:v1.2, registry.example:5000/team/blue:v1.2",
        "team/web, team/web:latest",
        "weft.dev/host, weft.dev/host:latest"
    })
    void aNameHasOneFullForm(String given, String full) {
        assertThat(ImageName.parse(given)).hasToString(full);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "Blue",
                "a b",
                "blue:",
                "/blue",
                "blue/",
                "a:b:c",
                "blue@sha256:1",
                "../x"
            })
    void whatIsNoNameIsRefused(String given) {
        assertThatThrownBy(() -> ImageName.parse(given))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("no name of an image");
    }

    @Test
    void anImageIsACopyThatNobodyWrites() throws Exception {
        Image image = add(BLUE);
        Files.writeString(source.resolve("lib/data"), "changed later");

        Image found = store.find(BLUE).orElseThrow();
        assertThat(found).isEqualTo(image);
        assertThat(found.digest()).startsWith("sha256:").hasSize(71);
        assertThat(found.files()).isEqualTo(2);
        assertThat(found.bytes()).isEqualTo(23);
        assertThat(Files.readString(found.content().resolve("link"))).isEqualTo("data");
        assertThat(Files.isExecutable(found.content().resolve("serve"))).isTrue();
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(found.content().resolve("lib/data"))))
                .doesNotContain("w");
        assertThat(store.find(ImageName.parse("blue@" + found.digest()))).isPresent();
        assertThat(store.find(ImageName.parse("blue:2"))).isEmpty();
    }

    @Test
    void theSameContentHasTheSameDigestAndAnotherAnother() throws Exception {
        String digest = add(BLUE).digest();
        assertThat(add(ImageName.parse("green:1")).digest()).isEqualTo(digest);
        Files.writeString(source.resolve("lib/data"), "other");
        assertThat(add(ImageName.parse("green:2")).digest()).isNotEqualTo(digest);
        assertThat(store.list())
                .extracting(it -> it.name().toString())
                .containsExactly("blue:1", "green:1", "green:2");
    }

    @Test
    void aReplacedImageStaysForThoseWhoRunIt() throws Exception {
        Image old = add(BLUE);
        inUse.add(old.digest());
        Files.writeString(source.resolve("lib/data"), "other");
        Image fresh = add(BLUE);
        assertThat(old.content()).exists();

        inUse.clear();
        clock.advance(Duration.ofMinutes(5));
        store.collect();
        assertThat(old.content()).doesNotExist();
        assertThat(fresh.content()).exists();
    }

    @Test
    void whatIsAskedForStaysLongEnoughToBeStarted() throws Exception {
        Image image = add(BLUE);
        clock.advance(Duration.ofMinutes(5));
        assertThat(store.find(BLUE)).isPresent();
        store.remove(BLUE);
        assertThat(image.content()).exists();
        clock.advance(Duration.ofMinutes(5));
        store.collect();
        assertThat(image.content()).doesNotExist();
    }

    @Test
    void anImageInUseIsNotRemoved() throws Exception {
        inUse.add(add(BLUE).digest());
        assertThatThrownBy(() -> store.remove(BLUE))
                .isInstanceOf(ImageException.class)
                .hasMessage("image blue:1 is in use by a running pod; delete the pod first");
        inUse.clear();
        store.remove(BLUE);
        assertThat(store.find(BLUE)).isEmpty();
        assertThatThrownBy(() -> store.remove(BLUE)).hasMessage("there is no image blue:1");
    }

    @Test
    void theEmptyImageIsAlwaysThere() {
        assertThat(store.find(ImageName.HOST)).isPresent();
        assertThat(store.find(ImageName.parse("weft.dev/host")).orElseThrow().isHost()).isTrue();
        assertThatThrownBy(() -> store.remove(ImageName.HOST)).hasMessageContaining("built in");
        assertThatThrownBy(() -> add(ImageName.HOST)).hasMessageContaining("built in");
    }

    @Test
    void aBadSourceIsNamed() {
        assertThatThrownBy(
                        () ->
                                store.add(
                                        BLUE,
                                        new ImageSource(source.resolve("none"), List.of("x")),
                                        bytes -> {}))
                .hasMessageContaining("is no directory");
        assertThatThrownBy(() -> store.add(BLUE, new ImageSource(source, List.of()), bytes -> {}))
                .hasMessageContaining("no command given");
    }

    @Test
    void anAddThatIsKilledLeavesNoHalfImage() throws Exception {
        for (int i = 0; i < 50; i++) {
            Files.write(source.resolve("file-" + i), new byte[200_000]);
        }
        Process adding =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                KilledAdd.class.getName(),
                                directory.resolve("images").toString(),
                                source.toString())
                        .redirectErrorStream(true)
                        .start();
        try (BufferedReader lines = adding.inputReader()) {
            assertThat(lines.readLine()).isEqualTo("half");
        } finally {
            adding.destroyForcibly();
            assertThat(adding.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(store.find(BLUE)).isEmpty();
        assertThat(store.list()).isEmpty();
        store.collect();
        assertThat(directory.resolve("images/drafts")).isEmptyDirectory();
        assertThat(directory.resolve("images/content")).isEmptyDirectory();
        assertThat(add(BLUE).files()).isEqualTo(52);
    }

    private Image add(ImageName name) throws InterruptedException {
        return store.add(name, new ImageSource(source, List.of("./serve")), bytes -> {});
    }
}
