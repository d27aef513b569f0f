package dev.weft.testkit;

import java.io.File;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.opentest4j.TestAbortedException;

/**
 * Programs from outside that tests drive. Any thread. Looked for, in this order: the environment's
 * {@code WEFT_NAME} ({@code WEFT_FAAS_CLI=/path/to/faas-cli}), {@code $WEFT_TOOLS/bin}, {@code
 * .tools/bin} of the checkout, {@code ~/.cache/weft-tools/bin} (where {@code .ci/tools/install}
 * puts them), the path.
 *
 * <p>Where one is missing the test is skipped, with the tool's name in the message; with {@code
 * -Dweft.requireTools=true} it fails, unless no package registry carries the tool.
 */
public final class Tools {
    private static final Logger LOG = System.getLogger(Tools.class.getName());

    /** Clients that only their makers give out; they are used where somebody brought them. */
    private static final Set<String> ON_NO_REGISTRY = Set.of("faas-cli", "kn", "wsk", "tkn");

    private Tools() {}

    /** The tool's path; ends the test as skipped or failed where there is none. */
    public static Path find(String name) {
        Optional<Path> found = lookFor(name);
        if (found.isPresent()) {
            return found.get();
        }
        String message =
                "needs "
                        + name
                        + ", which is not here (.ci/tools/install brings it, or set "
                        + variable(name)
                        + ")";
        note(name);
        if (isRequired(name)) {
            throw new AssertionError(message);
        }
        throw new TestAbortedException(message);
    }

    public static Optional<Path> lookFor(String name) {
        String given = System.getenv(variable(name));
        if (given != null && !given.isBlank()) {
            Path path = Path.of(given);
            if (!Files.isExecutable(path)) {
                throw new AssertionError(
                        variable(name) + ": " + given + " (expected: a program that can be run)");
            }
            return Optional.of(path);
        }
        return folders().stream()
                .map(it -> it.resolve(name))
                .filter(it -> Files.isExecutable(it) && !Files.isDirectory(it))
                .findFirst();
    }

    /** The root of the checkout that the tests run in. */
    public static Path root() {
        String given = System.getProperty("weft.root", "");
        Path here = given.isEmpty() ? Path.of("").toAbsolutePath() : Path.of(given);
        while (here != null && !Files.isExecutable(here.resolve("weft"))) {
            if (Files.isDirectory(here.resolve(".mvn"))) {
                return here;
            }
            here = here.getParent();
        }
        return here == null ? Path.of("").toAbsolutePath() : here;
    }

    private static List<Path> folders() {
        List<Path> folders = new ArrayList<>();
        String given = System.getenv("WEFT_TOOLS");
        if (given != null && !given.isBlank()) {
            folders.add(Path.of(given, "bin"));
        }
        folders.add(root().resolve(".tools/bin"));
        folders.add(Path.of(System.getProperty("user.home"), ".cache/weft-tools/bin"));
        String path = System.getenv("PATH");
        for (String folder : (path == null ? "" : path).split(File.pathSeparator, -1)) {
            if (!folder.isBlank()) {
                folders.add(Path.of(folder));
            }
        }
        return folders;
    }

    private static boolean isRequired(String name) {
        return Boolean.getBoolean("weft.requireTools") && !ON_NO_REGISTRY.contains(name);
    }

    private static String variable(String name) {
        return "WEFT_" + name.toUpperCase(Locale.ROOT).replace('-', '_').replace('.', '_');
    }

    /** Leaves a note that {@code ./test} tells at its end. */
    private static void note(String name) {
        LOG.log(Level.WARNING, "{0} is missing, a test is skipped for it", name);
        Path folder = Path.of("target");
        try {
            if (Files.isDirectory(folder)) {
                Files.writeString(
                        folder.resolve("missing-tools.txt"),
                        name + "\n",
                        StandardCharsets.UTF_8,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot note that {0} is missing: {1}", name, e.getMessage());
        }
    }
}
