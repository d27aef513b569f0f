package dev.weft.machine.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Checks what a {@code hostPath} volume says about its place, and makes it where it may. */
final class HostPaths {
    private HostPaths() {}

    static void check(Path place, String type) throws IOException {
        if (!place.isAbsolute()) {
            throw StartRefusal.config("the path '" + place + "' does not begin with /");
        }
        switch (type) {
            case "" -> expect(Files.exists(place), place, "there");
            case "DirectoryOrCreate" -> Files.createDirectories(place);
            case "Directory" -> expect(Files.isDirectory(place), place, "a directory");
            case "FileOrCreate" -> {
                if (!Files.exists(place)) {
                    Files.createFile(place);
                }
            }
            case "File" -> expect(Files.isRegularFile(place), place, "a file");
            case "Socket", "CharDevice", "BlockDevice" ->
                    expect(Files.exists(place), place, "a " + type);
            default -> throw StartRefusal.config("unknown type '" + type + "'");
        }
    }

    private static void expect(boolean holds, Path place, String what) {
        if (!holds) {
            throw StartRefusal.config("hostPath type check failed: " + place + " is not " + what);
        }
    }
}
