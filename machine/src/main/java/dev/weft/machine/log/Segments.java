package dev.weft.machine.log;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The files of one run's log. The one being written is {@code 0.log}; one that was set aside has
 * the offset in the spool appended at which it ends, so that their order, and where the next one
 * begins, can be told from the names.
 *
 * @param directory of the container
 * @param attempt which run of the container
 */
record Segments(Path directory, int attempt) {
    private static final int OFFSET_WIDTH = 20;

    Path current() {
        return directory.resolve(attempt + ".log");
    }

    Path setAside(long end) {
        String offset = Long.toString(end);
        return directory.resolve(
                attempt + ".log." + "0".repeat(OFFSET_WIDTH - offset.length()) + offset);
    }

    /** Where those that were set aside end, oldest first. */
    List<Long> ends() throws IOException {
        var ends = new TreeSet<Long>();
        String prefix = attempt + ".log.";
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, prefix + "*")) {
            for (Path file : files) {
                String suffix = file.getFileName().toString().substring(prefix.length());
                if (suffix.length() == OFFSET_WIDTH
                        && suffix.chars().allMatch(Character::isDigit)) {
                    ends.add(Long.parseLong(suffix));
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        }
        return new ArrayList<>(ends);
    }

    boolean exists() throws IOException {
        return Files.exists(current()) || !ends().isEmpty();
    }

    void delete() throws IOException {
        for (long end : ends()) {
            Files.deleteIfExists(setAside(end));
        }
        Files.deleteIfExists(current());
    }
}
