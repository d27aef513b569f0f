package dev.weft.machine.pod;

import dev.weft.api.model.Condition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What a pod's status says beyond what Kubernetes has words for: where a process of this machine is
 * less than a container, and it matters.
 */
final class OwnConditions {
    private OwnConditions() {}

    /** None where all is well. */
    static List<Condition> of(List<ContainerWork> containers, Starter starter, Instant now) {
        var conditions = new ArrayList<Condition>();
        containers.stream()
                .filter(it -> !it.wildcardPorts().isEmpty())
                .findFirst()
                .ifPresent(it -> conditions.add(sharesAddresses(it, now)));
        containers.stream()
                .flatMap(it -> starter.objectionToMounts(it.spec()).stream())
                .findFirst()
                .ifPresent(why -> conditions.add(mountsNothing(why, now)));
        return conditions;
    }

    private static Condition sharesAddresses(ContainerWork container, Instant now) {
        return Condition.of(
                StatusText.OWN_ADDRESS,
                false,
                "WildcardAddress",
                "container %s listens on every address of the machine, port %s; replicas would collide"
                        .formatted(
                                container.spec().name(),
                                Attendance.words(container.wildcardPorts())),
                now);
    }

    private static Condition mountsNothing(String why, Instant now) {
        return Condition.of(
                StatusText.VOLUMES_MOUNTED,
                false,
                "NotMounted",
                "volumes are not at their mountPath but in the directories that WEFT_VOLUME_NAME"
                        + " names: "
                        + why,
                now);
    }
}
