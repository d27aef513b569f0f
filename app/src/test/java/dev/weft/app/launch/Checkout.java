package dev.weft.app.launch;

import dev.weft.testkit.Command;
import dev.weft.testkit.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;

/**
 * A small checkout with the real launchers, a Maven that only pretends to build and counts how
 * often it did, and JDKs that are a release file and a script. Nothing of the machine's own is
 * found.
 */
final class Checkout {
    private static final List<String> TOOLS =
            List.of(
                    "bash",
                    "env",
                    "sh",
                    "find",
                    "date",
                    "mkdir",
                    "mv",
                    "rm",
                    "cat",
                    "cp",
                    "grep",
                    "head",
                    "wc",
                    "readlink",
                    "mktemp",
                    "flock",
                    "dirname",
                    "tee",
                    "awk",
                    "sed",
                    "touch");

    private final Path folder;
    private final Path root;
    private final Path bin;

    Checkout(Path folder) throws IOException {
        this.folder = folder;
        this.root = Files.createDirectories(folder.resolve("a checkout"));
        this.bin = Files.createDirectories(folder.resolve("bin"));
        for (String tool : TOOLS) {
            Files.createSymbolicLink(bin.resolve(tool), Tools.find(tool));
        }
        for (String file : List.of("weft", "test")) {
            Files.copy(Tools.root().resolve(file), root.resolve(file));
        }
        Path packaging = Files.createDirectories(root.resolve("packaging"));
        for (String file : List.of("launcher.sh", "server.flags", "cli.flags", "light.flags")) {
            Files.copy(Tools.root().resolve("packaging").resolve(file), packaging.resolve(file));
        }
        Files.createDirectories(root.resolve(".mvn"));
        Files.writeString(root.resolve("pom.xml"), "<project/>");
        Path sources = Files.createDirectories(root.resolve("app/src/main/java"));
        Files.writeString(root.resolve("app/pom.xml"), "<project/>");
        Files.writeString(sources.resolve("Main.java"), "class Main {}");
        makeOld();
    }

    /** As if everything had been written an hour ago. */
    private void makeOld() throws IOException {
        var old = FileTime.from(Instant.now().minusSeconds(3600));
        try (var files = Files.walk(root)) {
            for (Path file : files.toList()) {
                Files.setLastModifiedTime(file, old);
            }
        }
    }

    Checkout withMaven() throws IOException {
        return withMaven(
                """
                mkdir -p app/target/weft/lib
                : > app/target/weft/lib/api-1.jar
                : > app/target/app-1.jar
                echo "[INFO] Building jar: $PWD/app/target/app-1.jar"
                """);
    }

    Checkout withMaven(String script) throws IOException {
        script(bin.resolve("mvn"), "echo built >> builds\n" + script);
        return this;
    }

    /** A JDK that answers with its own name and what it was given. */
    Path jdk(String name, String version) throws IOException {
        Path home = Files.createDirectories(folder.resolve(name));
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(
                home.resolve("release"),
                "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\nOS_ARCH=\"x86_64\"\n");
        script(
                home.resolve("bin/java"),
                "printf '%s' \"" + name + ":\"; printf ' %s' \"$@\"; echo");
        script(home.resolve("bin/javac"), "exit 0");
        return home;
    }

    Path folder() {
        return folder;
    }

    Path root() {
        return root;
    }

    Path bin() {
        return bin;
    }

    /** Runs a launcher with a JAVA_HOME, empty for none; the usual folder is {@code jvm}. */
    Command.Result run(String javaHome, Object... words) {
        return Command.of(root.resolve(words[0].toString()))
                .with(java.util.Arrays.copyOfRange(words, 1, words.length))
                .environment("PATH", bin.toString())
                .environment("JAVA_HOME", javaHome)
                .environment("WEFT_JDKS", folder.resolve("jvm").toString())
                .environment("MAVEN_HOME", "")
                .environment("M2_HOME", "")
                .in(folder)
                .run();
    }

    int builds() throws IOException {
        Path counter = root.resolve("builds");
        return Files.exists(counter) ? Files.readAllLines(counter).size() : 0;
    }

    static void script(Path file, String text) throws IOException {
        Files.writeString(file, "#!/usr/bin/env bash\n" + text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
