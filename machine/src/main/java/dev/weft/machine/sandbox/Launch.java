package dev.weft.machine.sandbox;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a run runs.
 *
 * @param command the program and its arguments
 * @param environment all of it: nothing of the platform's own is added but the run's token
 * @param mounts directories to be seen elsewhere; only where {@link Sandbox#mounts} says so
 * @param logs the directory for the container's log files
 * @param labels what whoever starts it wants to find again, also after a crash
 */
public record Launch(
        List<String> command,
        Map<String, String> environment,
        Path workingDirectory,
        RunAs runAs,
        List<Mount> mounts,
        Path logs,
        Map<String, String> labels) {
    public Launch {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        mounts = List.copyOf(mounts);
        labels = Map.copyOf(labels);
        if (command.isEmpty()) {
            throw new IllegalArgumentException("command: empty (expected: a program)");
        }
    }
}
