package dev.weft.machine.sandbox;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The programs that start a process the way Java cannot: in a session of its own, as another user,
 * seeing other mounts. All are part of any Linux.
 */
record Toolbox(
        Path sh,
        Path setsid,
        Path env,
        Optional<Path> setpriv,
        Optional<Path> unshare,
        Optional<Path> nsenter,
        Optional<Path> mount,
        Optional<Path> chroot,
        Optional<Path> fallocate) {
    private static final List<Path> PLACES =
            List.of(
                    Path.of("/usr/bin"),
                    Path.of("/bin"),
                    Path.of("/usr/sbin"),
                    Path.of("/sbin"),
                    Path.of("/usr/local/bin"));

    static Toolbox find() {
        return new Toolbox(
                needed("sh"),
                needed("setsid"),
                needed("env"),
                find("setpriv"),
                find("unshare"),
                find("nsenter"),
                find("mount"),
                find("chroot"),
                find("fallocate"));
    }

    private static Path needed(String name) {
        return find(name)
                .orElseThrow(
                        () ->
                                new SandboxException(
                                        SandboxException.Kind.NOT_SUPPORTED,
                                        "there is no program '"
                                                + name
                                                + "' on this machine; install the package"
                                                + " util-linux (setsid) or coreutils (env)"));
    }

    private static Optional<Path> find(String name) {
        return PLACES.stream()
                .map(place -> place.resolve(name))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
