package dev.weft.machine.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * Copies a directory and tells its digest: the same files, links and permissions give the same one,
 * wherever and whenever they are copied. The copy can no longer be written to. One thread.
 */
final class ContentTree {
    private static final Set<PosixFilePermission> WRITE =
            EnumSet.of(
                    PosixFilePermission.OWNER_WRITE,
                    PosixFilePermission.GROUP_WRITE,
                    PosixFilePermission.OTHERS_WRITE);

    private final MessageDigest digest = sha256();
    private final LongConsumer progress;
    private final byte[] buffer = new byte[64 << 10];
    private long bytes;
    private long files;

    /**
     * @param progress told how many bytes were copied so far
     */
    ContentTree(LongConsumer progress) {
        this.progress = progress;
    }

    long bytes() {
        return bytes;
    }

    long files() {
        return files;
    }

    /** Copies all of a directory to a place that is not there yet. */
    String copy(Path from, Path to) throws IOException {
        Files.createDirectory(to);
        directory(from, to, "");
        return "sha256:" + HexFormat.of().formatHex(digest.digest());
    }

    /** A digest as a name that every file system takes. */
    static String directoryName(String digest) {
        return digest.replace(':', '-');
    }

    /** Removes a copy; a directory must be writable for its entries to be removed. */
    static void delete(Path tree) throws IOException {
        if (Files.isDirectory(tree, LinkOption.NOFOLLOW_LINKS)) {
            writable(tree);
            for (Path entry : entries(tree)) {
                delete(entry);
            }
        }
        Files.deleteIfExists(tree);
    }

    private void directory(Path from, Path to, String path) throws IOException {
        for (Path entry : entries(from)) {
            String name = entry.getFileName().toString();
            Path copy = to.resolve(name);
            String here = path.isEmpty() ? name : path + "/" + name;
            var kind =
                    Files.readAttributes(
                            entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (kind.isSymbolicLink()) {
                Path target = Files.readSymbolicLink(entry);
                Files.createSymbolicLink(copy, target);
                say("link", here, target.toString());
            } else if (kind.isDirectory()) {
                Files.createDirectory(copy);
                say("directory", here, mode(entry));
                directory(entry, copy, here);
            } else if (kind.isRegularFile()) {
                file(entry, copy, here);
            } else {
                throw new ImageException(
                        ImageException.Kind.INVALID_SOURCE,
                        entry + " is neither a file, a directory nor a link");
            }
        }
        seal(from, to);
    }

    /** The kernel copies, and shares the blocks where the file system can. */
    private void file(Path from, Path to, String path) throws IOException {
        Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
        seal(from, to);
        long size = Files.size(to);
        say("file", path, mode(to) + " " + size);
        try (InputStream in = Files.newInputStream(to)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
                bytes += read;
                progress.accept(bytes);
            }
        }
        files++;
    }

    private void say(String what, String path, String detail) {
        digest.update((what + "\0" + path + "\0" + detail + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static String mode(Path file) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        return permissions.contains(PosixFilePermission.OWNER_EXECUTE) ? "x" : "-";
    }

    private static void seal(Path from, Path to) throws IOException {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        permissions.addAll(Files.getPosixFilePermissions(from));
        permissions.removeAll(WRITE);
        permissions.add(PosixFilePermission.OWNER_READ);
        Files.setPosixFilePermissions(to, permissions);
    }

    private static void writable(Path directory) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(directory);
        if (permissions.add(PosixFilePermission.OWNER_WRITE)) {
            Files.setPosixFilePermissions(directory, permissions);
        }
    }

    private static List<Path> entries(Path directory) throws IOException {
        var entries = new ArrayList<Path>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory)) {
            found.forEach(entries::add);
        }
        Collections.sort(entries);
        return entries;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
