package dev.weft.machine.image;

import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * An image of the local store: a directory and the command that is run in it.
 *
 * @param digest of the directory's content; what a container's {@code imageID} says
 * @param content where the directory is; it must not be changed
 * @param workingDirectory below the directory, empty for itself
 * @param bytes how large the files are together
 */
public record Image(
        ImageName name,
        String digest,
        Path content,
        List<String> command,
        Map<String, String> environment,
        String workingDirectory,
        long bytes,
        long files,
        Instant addedAt) {
    public Image {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** Whether it brings nothing, so that a pod must say what to run. */
    public boolean isHost() {
        return name.equals(ImageName.HOST);
    }

    JsonObject tree() {
        var variables = JsonObject.builder();
        environment.forEach(variables::put);
        return JsonObject.builder()
                .put("name", name.toString())
                .put("digest", digest)
                .put("command", JsonArray.ofTexts(command))
                .put("environment", variables.build())
                .put("workingDirectory", workingDirectory)
                .put("bytes", bytes)
                .put("files", files)
                .put("addedAt", addedAt.toString())
                .build();
    }

    static Image of(JsonObject tree, Path contents) {
        String digest = tree.text("digest").orElse("");
        return new Image(
                ImageName.parse(tree.text("name").orElse("")),
                digest,
                contents.resolve(ContentTree.directoryName(digest)),
                tree.array("command").texts(),
                tree.texts("environment"),
                tree.text("workingDirectory").orElse(""),
                tree.whole("bytes").orElse(0L),
                tree.whole("files").orElse(0L),
                Instant.parse(tree.text("addedAt").orElse("")));
    }
}
