package dev.weft.machine.sandbox;

import java.nio.file.Path;

/**
 * A directory or file that a process is to see at another place than where it is.
 *
 * @param target an absolute path
 */
public record Mount(Path source, String target, boolean readOnly) {
    public Mount {
        if (!target.startsWith("/")) {
            throw new IllegalArgumentException("target: '" + target + "' (expected: from /)");
        }
    }
}
