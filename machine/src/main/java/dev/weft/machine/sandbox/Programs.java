package dev.weft.machine.sandbox;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Looks for a command before it is started, so that the user hears of a wrong one in words. */
final class Programs {
    private Programs() {}

    /**
     * Where the launch's program is.
     *
     * @throws SandboxException with {@code NO_COMMAND} where there is none
     */
    static Path find(Launch launch) {
        String name = launch.command().getFirst();
        if (name.indexOf('/') >= 0) {
            Path path = launch.workingDirectory().resolve(name);
            if (launch.mounts().isEmpty() && !Files.exists(path)) {
                throw none(name, "no such file (looked for " + path + ")");
            }
            if (launch.mounts().isEmpty() && !isProgram(path)) {
                throw none(name, path + " is not an executable file");
            }
            return path;
        }
        String places = launch.environment().getOrDefault("PATH", "");
        return inPath(launch.workingDirectory(), name, places)
                .orElseThrow(() -> none(name, "executable file not found in PATH " + places));
    }

    private static Optional<Path> inPath(Path workingDirectory, String name, String places) {
        for (String place : places.split(":", -1)) {
            Path path = workingDirectory.resolve(place.isEmpty() ? "." : place).resolve(name);
            if (isProgram(path)) {
                return Optional.of(path);
            }
        }
        return Optional.empty();
    }

    private static boolean isProgram(Path path) {
        return Files.isRegularFile(path) && Files.isExecutable(path);
    }

    private static SandboxException none(String name, String why) {
        return new SandboxException(
                SandboxException.Kind.NO_COMMAND, "exec: \"" + name + "\": " + why);
    }
}
