package dev.weft.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Expected texts in files, under {@code src/test/golden} of the module. With {@code -Dgolden=write}
 * the files are rewritten from what came out, and the difference is read in the version control.
 */
public final class Golden {
    private static final Path FOLDER = Path.of("src/test/golden");

    private Golden() {}

    /** Compares with the file of that name, {@code kubectl/get-pods.txt}. */
    public static void assertMatches(String name, String actual) {
        Path file = FOLDER.resolve(name);
        try {
            if (System.getProperty("golden", "check").equals("write")) {
                Files.createDirectories(file.toAbsolutePath().getParent());
                Files.writeString(file, actual);
                return;
            }
            assertThat(actual)
                    .as("%s (rewrite with -Dgolden=write, and read the difference)", file)
                    .isEqualTo(Files.readString(file));
        } catch (NoSuchFileException e) {
            throw new AssertionError("no " + file + " yet: run with -Dgolden=write", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The file itself, for an input that stands beside its expected output. */
    public static String read(String name) {
        try {
            return Files.readString(FOLDER.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
