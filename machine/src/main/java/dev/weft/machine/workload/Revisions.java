package dev.weft.machine.workload;

import dev.weft.api.model.Deployment;
import dev.weft.api.model.ReplicaSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A Deployment's replica sets, told apart.
 *
 * @param current the set that is made of the template as it is now; where several are, the oldest
 * @param old all the others, oldest first
 */
record Revisions(Optional<ReplicaSet> current, List<ReplicaSet> old) {
    Revisions {
        old = List.copyOf(old);
    }

    static Revisions of(Deployment deployment, List<ReplicaSet> sets) {
        Template wanted = Template.of(deployment.template());
        var oldest = new ArrayList<>(sets);
        oldest.sort(Sizes.oldestFirst());
        Optional<ReplicaSet> current =
                oldest.stream().filter(it -> Template.of(it.template()).equals(wanted)).findFirst();
        current.ifPresent(oldest::remove);
        return new Revisions(current, oldest);
    }

    List<ReplicaSet> all() {
        var all = new ArrayList<>(old);
        current.ifPresent(all::add);
        return all;
    }

    /** Those that want pods. */
    List<ReplicaSet> active() {
        return all().stream().filter(it -> it.replicas() > 0).toList();
    }

    /** The number of the current template: beyond those of all others, and never going back. */
    long number() {
        long latest = old.stream().mapToLong(ReplicaSet::revision).max().orElse(0);
        return Math.max(latest + 1, current.map(ReplicaSet::revision).orElse(0L));
    }

    /** Where exactly one set has pods that one; where none has, the current or else the newest. */
    Optional<ReplicaSet> onlyOne() {
        List<ReplicaSet> active = active();
        if (active.size() == 1) {
            return Optional.of(active.getFirst());
        }
        if (active.size() > 1) {
            return Optional.empty();
        }
        return current.or(() -> old.isEmpty() ? Optional.empty() : Optional.of(old.getLast()));
    }

    /**
     * The old sets that nobody can be waiting for and that are more than the history may hold, the
     * lowest revision first.
     */
    List<ReplicaSet> beyondHistory(int limit) {
        if (limit == Integer.MAX_VALUE) {
            return List.of();
        }
        List<ReplicaSet> kept = old.stream().filter(it -> !it.resource().isDeleting()).toList();
        int excess = Math.max(0, kept.size() - limit);
        return kept.stream()
                .sorted(
                        Comparator.comparingLong(ReplicaSet::revision)
                                .thenComparing(Sizes.oldestFirst()))
                .limit(excess)
                .filter(it -> it.replicas() == 0 && it.currentReplicas() == 0)
                .filter(it -> it.resource().generation() <= it.observedGeneration())
                .toList();
    }
}
