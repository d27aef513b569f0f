package dev.weft.machine.image;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What an image is to be made of.
 *
 * @param workingDirectory below the directory, empty for itself
 */
public record ImageSource(
        Path directory,
        List<String> command,
        Map<String, String> environment,
        String workingDirectory) {
    public ImageSource {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** With nothing but a directory and a command. */
    public ImageSource(Path directory, List<String> command) {
        this(directory, command, Map.of(), "");
    }
}
