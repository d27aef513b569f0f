package dev.weft.machine.network;

import dev.weft.api.model.Container;
import dev.weft.api.model.Pod;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Unix-domain sockets on which pods listen in the place of a port: who asks for one by the
 * annotation is told its path by a variable, and callers of that port are led there. It lies in the
 * pod's own folder and goes with it. Any thread.
 *
 * @param pods where the folders of pods are
 */
public record PodSockets(Path pods) {
    /** Names the container port, by number or name, that is served on the socket. */
    public static final String ANNOTATION = "weft.dev/socket";

    /** The variable that tells the path. */
    public static final String VARIABLE = "WEFT_SOCKET";

    /** The kernel keeps 108 bytes, one of them for the end. */
    private static final int PATH_MAX = 107;

    /** The port that a pod serves on its socket; none where it asks for no socket. */
    public static OptionalInt port(Pod pod) {
        String asked = pod.resource().annotation(ANNOTATION).orElse("");
        if (asked.matches("[0-9]{1,5}")) {
            return OptionalInt.of(Integer.parseInt(asked));
        }
        return pod.containers().stream()
                .flatMap(it -> it.ports().stream())
                .filter(it -> !asked.isEmpty() && it.name().equals(asked))
                .mapToInt(Container.Port::number)
                .findFirst();
    }

    public Path file(Pod pod) {
        return pods.resolve(pod.resource().uid()).resolve("io").resolve("s");
    }

    /** Why a pod that asks for a socket cannot have it; empty when it can. */
    public Optional<String> objection(Pod pod) {
        Optional<String> asked = pod.resource().annotation(ANNOTATION);
        if (asked.isEmpty()) {
            return Optional.empty();
        }
        if (port(pod).isEmpty()) {
            return Optional.of(
                    "the annotation %s says %s (expected: the number or the name of a container port)"
                            .formatted(ANNOTATION, asked.get()));
        }
        Path file = file(pod);
        int length = file.toString().getBytes(StandardCharsets.UTF_8).length;
        return length <= PATH_MAX
                ? Optional.empty()
                : Optional.of(
                        "the path of the socket, %s, has %d bytes (expected: at most %d, which is all that the kernel takes): choose a shorter --data"
                                .formatted(file, length, PATH_MAX));
    }

    /**
     * Makes room for a pod's socket, and removes one that nobody listens on any more.
     *
     * @throws IOException when the folder cannot be made
     */
    public Path prepare(Pod pod) throws IOException {
        Path file = file(pod);
        Path folder = file.resolveSibling(".").normalize();
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
            // whoever the container runs as makes the socket there
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        }
        if (Files.exists(file) && !isServed(file)) {
            Files.deleteIfExists(file);
        }
        return file;
    }

    private static boolean isServed(Path file) {
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(file));
        } catch (IOException e) {
            return false;
        }
    }
}
