package dev.weft.machine.container;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A directory of files that change all at once, as Kubernetes' nodes lay it out: the files stand in
 * a directory of their own, {@code ..data} is a link to it, each name a link into {@code ..data}.
 * One thread.
 */
public final class VolumeFiles {
    private static final String DATA = "..data";

    /** One file, with its permissions as in {@code 0644}. */
    public record Content(byte[] bytes, int mode) {
        boolean sameAs(Content other) {
            return mode == other.mode && Arrays.equals(bytes, other.bytes);
        }
    }

    private final Path directory;
    private final OptionalInt group;

    public VolumeFiles(Path directory, OptionalInt group) {
        this.directory = directory;
        this.group = group;
    }

    /** Makes the directory hold exactly these files, by path; nothing is done where it does. */
    public void write(Map<String, Content> files) throws IOException {
        Files.createDirectories(directory);
        if (holds(files)) {
            return;
        }
        Path fresh = Files.createTempDirectory(directory, "..", readable());
        for (var entry : files.entrySet()) {
            Path file = fresh.resolve(entry.getKey()).normalize();
            if (!file.startsWith(fresh)) {
                throw StartRefusal.config("the path '" + entry.getKey() + "' leaves its volume");
            }
            writeFile(fresh, file, entry.getValue());
        }
        give(fresh);
        Path old =
                Files.isSymbolicLink(data())
                        ? directory.resolve(Files.readSymbolicLink(data()))
                        : fresh;
        swap(fresh.getFileName());
        relink(files);
        if (!old.equals(fresh)) {
            delete(old);
        }
    }

    public static void delete(Path tree) throws IOException {
        if (Files.isDirectory(tree, LinkOption.NOFOLLOW_LINKS)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(tree)) {
                for (Path entry : entries) {
                    delete(entry);
                }
            }
        }
        Files.deleteIfExists(tree);
    }

    /** Makes a group own it, where whoever runs Weft may do that. */
    public static void give(Path path, OptionalInt group) throws IOException {
        if (group.isPresent()) {
            Files.setAttribute(path, "unix:gid", group.getAsInt(), LinkOption.NOFOLLOW_LINKS);
        }
    }

    private void writeFile(Path top, Path file, Content content) throws IOException {
        Path above = file.getParent();
        while (above != null && !Files.exists(above)) {
            Files.createDirectories(above);
        }
        for (Path made = above; made != null && !made.equals(top); made = made.getParent()) {
            give(made);
        }
        Files.write(file, content.bytes());
        Files.setPosixFilePermissions(file, permissions(content.mode()));
        give(file);
    }

    private void give(Path path) throws IOException {
        give(path, group);
    }

    private boolean holds(Map<String, Content> files) throws IOException {
        if (!Files.isSymbolicLink(data())) {
            return false;
        }
        int found = 0;
        try (var walk = Files.walk(data().toRealPath())) {
            for (Path file : walk.filter(Files::isRegularFile).toList()) {
                String name = data().toRealPath().relativize(file).toString();
                Content wanted = files.get(name);
                if (wanted == null || !wanted.sameAs(read(file))) {
                    return false;
                }
                found++;
            }
        }
        return found == files.size();
    }

    private static Content read(Path file) throws IOException {
        int mode = 0;
        for (PosixFilePermission it : Files.getPosixFilePermissions(file)) {
            mode |= 0400 >> it.ordinal();
        }
        return new Content(Files.readAllBytes(file), mode);
    }

    private void swap(Path target) throws IOException {
        Path draft = directory.resolve("..data_tmp");
        Files.deleteIfExists(draft);
        Files.createSymbolicLink(draft, target);
        Files.move(
                draft, data(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void relink(Map<String, Content> files) throws IOException {
        Set<String> tops = new HashSet<>();
        files.keySet().forEach(path -> tops.add(path.split("/", 2)[0]));
        for (String top : tops) {
            Path link = directory.resolve(top);
            if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
                Files.createSymbolicLink(link, Path.of(DATA, top));
            }
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (!name.startsWith("..") && !tops.contains(name)) {
                    Files.deleteIfExists(entry);
                }
            }
        }
    }

    private Path data() {
        return directory.resolve(DATA);
    }

    private static java.nio.file.attribute.FileAttribute<Set<PosixFilePermission>> readable() {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        var permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (PosixFilePermission it : PosixFilePermission.values()) {
            if ((mode & (0400 >> it.ordinal())) != 0) {
                permissions.add(it);
            }
        }
        return permissions;
    }
}
