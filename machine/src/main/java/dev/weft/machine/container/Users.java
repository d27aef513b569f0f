package dev.weft.machine.container;

import dev.weft.api.codec.JsonObject;
import dev.weft.machine.sandbox.RunAs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** As whom a container runs: what its security context says, over what the pod's says. */
public final class Users {
    private Users() {}

    /**
     * @param mayChange whether another user than the platform's own can be had
     * @throws StartRefusal where the manifest asks for what cannot be, or forbids what would be
     */
    public static RunAs of(PodSpec pod, ContainerSpec container, boolean mayChange) {
        JsonObject own = container.tree().object("securityContext");
        JsonObject shared = pod.spec().object("securityContext");
        int self = self();
        OptionalInt user = number(own, shared, "runAsUser");
        OptionalInt group = number(own, shared, "runAsGroup");
        if (own.flag("runAsNonRoot").or(() -> shared.flag("runAsNonRoot")).orElse(false)
                && user.orElse(self) == 0) {
            throw StartRefusal.config(
                    user.isPresent()
                            ? "container's runAsUser breaks non-root policy (container: "
                                    + container.name()
                                    + ")"
                            : "container has runAsNonRoot and would run as root, who runs Weft;"
                                    + " give it a runAsUser (container: "
                                    + container.name()
                                    + ")");
        }
        boolean keeps = own.flag("allowPrivilegeEscalation").orElse(true);
        List<Integer> groups = groups(shared);
        if (user.isPresent() && user.getAsInt() == self && group.isEmpty() && self != 0) {
            user = OptionalInt.empty();
        }
        if (!mayChange) {
            if (user.isPresent() || group.isPresent()) {
                throw StartRefusal.config(
                        "runAsUser %s and runAsGroup %s need Weft to run as root; it runs as user %d (container: %s)"
                                .formatted(word(user), word(group), self, container.name()));
            }
            groups = List.of();
        }
        if (user.isPresent() && group.isEmpty()) {
            // Kubernetes says root's group here; on a machine that is shared it means too much.
            group = user;
        }
        return new RunAs(user, group, groups, keeps);
    }

    /** The group that owns a pod's volumes, where Weft may give things away. */
    public static OptionalInt volumeGroup(PodSpec pod) {
        Optional<Long> group = pod.spec().whole("securityContext", "fsGroup");
        return group.isPresent() && self() == 0
                ? OptionalInt.of(Math.toIntExact(group.get()))
                : OptionalInt.empty();
    }

    /** Whatever user the containers run as, an empty volume is theirs. */
    public static void openToAll(Path directory) throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    /** Who runs Weft. */
    public static int self() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid") instanceof Integer uid
                    ? uid
                    : -1;
        } catch (IOException e) {
            return -1;
        }
    }

    private static List<Integer> groups(JsonObject shared) {
        Stream<Long> further =
                shared.array("supplementalGroups").stream().flatMap(it -> it.whole().stream());
        return Stream.concat(shared.whole("fsGroup").stream(), further)
                .map(Math::toIntExact)
                .distinct()
                .toList();
    }

    private static OptionalInt number(JsonObject own, JsonObject shared, String field) {
        return own.whole(field)
                .or(() -> shared.whole(field))
                .map(it -> OptionalInt.of(Math.toIntExact(it)))
                .orElse(OptionalInt.empty());
    }

    private static String word(OptionalInt number) {
        return number.isPresent() ? Integer.toString(number.getAsInt()) : "(none)";
    }
}
