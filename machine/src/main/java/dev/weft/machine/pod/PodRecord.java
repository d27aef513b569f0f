package dev.weft.machine.pod;

import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What of a pod must outlive the platform and stands nowhere else: written before it is used.
 *
 * @param stopped the containers that the platform itself ended, to be started again
 */
record PodRecord(String address, Instant startedAt, List<String> stopped) {
    PodRecord {
        stopped = List.copyOf(stopped);
    }

    private static final String FILE = "pod.json";

    static Optional<PodRecord> read(Path directory) {
        try {
            return JsonText.read(Files.readAllBytes(directory.resolve(FILE)))
                    .object()
                    .map(PodRecord::of);
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    /** All of them, by the pods' uids. */
    static Map<String, PodRecord> all(Path pods) throws IOException {
        var records = new LinkedHashMap<String, PodRecord>();
        Files.createDirectories(pods);
        try (DirectoryStream<Path> found = Files.newDirectoryStream(pods)) {
            for (Path directory : found) {
                read(directory)
                        .ifPresent(it -> records.put(directory.getFileName().toString(), it));
            }
        }
        return records;
    }

    PodRecord withAddress(String address) {
        return new PodRecord(address, startedAt, stopped);
    }

    PodRecord withStopped(List<String> stopped) {
        return new PodRecord(address, startedAt, stopped);
    }

    void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        Path draft = directory.resolve(FILE + ".draft");
        var tree =
                JsonObject.builder()
                        .put("address", address)
                        .put("startedAt", startedAt.toString())
                        .put("stopped", JsonArray.ofTexts(stopped))
                        .build();
        Files.write(draft, JsonText.writeBytes(tree));
        Files.move(
                draft,
                directory.resolve(FILE),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    private static PodRecord of(JsonObject tree) {
        return new PodRecord(
                tree.text("address").orElse(""),
                Instant.parse(tree.text("startedAt").orElse("")),
                tree.array("stopped").texts());
    }
}
