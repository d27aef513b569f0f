package dev.weft.machine.workload;

import dev.weft.api.model.Pod;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * Which pods to give up when there are too many: whatever is missed least goes first. Kubernetes
 * also spreads what is left over nodes; here there is one.
 *
 * <ol>
 *   <li>one without a node before one that has one;
 *   <li>one that waits to start before an unknown one before a running one;
 *   <li>one that is not ready before a ready one;
 *   <li>one of lower {@code controller.kubernetes.io/pod-deletion-cost};
 *   <li>of two ready ones the one that became ready later;
 *   <li>the one whose containers were restarted more often;
 *   <li>the younger one; of two equally old ones, one by name, so that a decision that is made
 *       again falls on the same pods.
 * </ol>
 */
final class PodChoice {
    private static final Comparator<Pod> LEAST_MISSED =
            Comparator.<Pod, Boolean>comparing(it -> !it.nodeName().isEmpty())
                    .thenComparing(PodChoice::stage)
                    .thenComparing(Pod::isReady)
                    .thenComparing(Pod::deletionCost)
                    .thenComparing(
                            it -> it.readySince().orElse(Instant.EPOCH), Comparator.reverseOrder())
                    .thenComparing(Pod::restarts, Comparator.reverseOrder())
                    .thenComparing(
                            it -> it.resource().createdAt().orElse(Instant.EPOCH),
                            Comparator.reverseOrder())
                    .thenComparing(it -> it.resource().name());

    private PodChoice() {}

    static List<Pod> leastMissed(List<Pod> pods, int count) {
        return pods.stream().sorted(LEAST_MISSED).limit(count).toList();
    }

    private static int stage(Pod pod) {
        return switch (pod.phase()) {
            case "Pending" -> 0;
            case "Unknown" -> 1;
            default -> 2;
        };
    }
}
