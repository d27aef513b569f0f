package dev.weft.machine.workload;

import dev.weft.api.model.ReplicaSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The arithmetic of a Deployment: how large its replica sets should be next. Pure; every answer
 * names only the sets whose size is to change.
 */
final class Sizes {
    /** The annotations that say for how many pods, at most, a set's size was last chosen. */
    static final String DESIRED = "deployment.kubernetes.io/desired-replicas";

    static final String MOST = "deployment.kubernetes.io/max-replicas";

    private static final Comparator<ReplicaSet> OLDEST =
            Comparator.<ReplicaSet, Instant>comparing(
                            it -> it.resource().createdAt().orElse(Instant.EPOCH))
                    .thenComparing(it -> it.resource().name());

    private Sizes() {}

    static Comparator<ReplicaSet> oldestFirst() {
        return OLDEST;
    }

    static int wanted(List<ReplicaSet> sets) {
        return sets.stream().mapToInt(ReplicaSet::replicas).sum();
    }

    /**
     * How many pods there may be beside the current set's: those of a set that is to shrink count
     * until they are on their way out, and where a set has not yet taken note of its size nobody
     * knows, so that nothing may be added. (Kubernetes counts what is wanted alone, and has too
     * many for that moment.)
     */
    static int present(List<ReplicaSet> old, Bounds bounds) {
        return areSettled(old)
                ? old.stream().mapToInt(it -> Math.max(it.replicas(), it.currentReplicas())).sum()
                : bounds.most();
    }

    /**
     * Whether every set has taken note of its size. Before that, what its status says may be about
     * pods that a smaller size has cost it since.
     */
    static boolean areSettled(List<ReplicaSet> sets) {
        return sets.stream().allMatch(it -> it.observedGeneration() >= it.resource().generation());
    }

    static int available(List<ReplicaSet> sets) {
        return sets.stream().mapToInt(ReplicaSet::availableReplicas).sum();
    }

    /**
     * How large the set of the current template may be now.
     *
     * <p>10 wanted, 13 at most, 10 in old sets, 0 in the new one: 3 may be added, so 3. Later, with
     * 8 in old sets and 3 in the new one, 2 may be added, so 5.
     *
     * @param all how many pods all sets have or want
     * @param current how many of them the current one wants
     */
    static int ofCurrent(Bounds bounds, int all, int current) {
        if (current >= bounds.desired()) {
            return bounds.desired();
        }
        int room = bounds.most() - all;
        return room <= 0 ? current : current + Math.min(room, bounds.desired() - current);
    }

    /**
     * How much smaller the old sets may be now: first by pods that are not available anyhow, then,
     * oldest set first, by as many as are available beyond the least.
     *
     * <p>10 wanted, 8 at least, old sets want 10 of which 10 are available, the new one wants 3 of
     * which none is: of 13 pods 13 - 8 - 3 = 2 may go. When the 3 are available it is 8 + 3 - 8 = 3
     * more.
     *
     * @param currentUnavailable how many of the current set's pods are not available
     */
    static Map<ReplicaSet, Integer> ofOld(
            Bounds bounds, List<ReplicaSet> old, int currentWanted, int currentUnavailable) {
        int allWanted = wanted(old) + currentWanted;
        int mayGo = allWanted - bounds.least() - currentUnavailable;
        var sizes = new LinkedHashMap<ReplicaSet, Integer>();
        if (wanted(old) == 0 || mayGo <= 0) {
            return sizes;
        }
        List<ReplicaSet> oldest = old.stream().sorted(OLDEST).toList();
        for (ReplicaSet set : oldest) {
            int unhealthy = Math.max(0, set.replicas() - set.availableReplicas());
            int going = Math.min(mayGo, unhealthy);
            if (going > 0) {
                sizes.put(set, set.replicas() - going);
                mayGo -= going;
            }
        }
        int currentAvailable = currentWanted - currentUnavailable;
        int spare = Math.min(mayGo, available(old) + currentAvailable - bounds.least());
        for (ReplicaSet set : oldest) {
            int size = sizes.getOrDefault(set, set.replicas());
            int going = Math.min(spare, size);
            if (going > 0) {
                sizes.put(set, size - going);
                spare -= going;
            }
        }
        return sizes;
    }

    /**
     * Shares a change of the Deployment's size among the sets that have pods, in proportion to
     * their sizes; what rounding leaves over goes to the largest.
     *
     * <p>10 wanted with 3 surge, sets of 8 and 5; now 20 are wanted with 5 surge, so 12 more pods:
     * 8 * 25 / 13 = 15 and 5 * 25 / 13 = 10, 25 together.
     */
    static Map<ReplicaSet, Integer> inProportion(
            Bounds bounds, List<ReplicaSet> active, int statusReplicas) {
        int allowed = bounds.desired() > 0 ? bounds.most() : 0;
        int toAdd = allowed - wanted(active);
        List<ReplicaSet> sets = bySize(active, toAdd > 0);
        var sizes = new LinkedHashMap<ReplicaSet, Integer>();
        int added = 0;
        for (ReplicaSet set : sets) {
            int share = toAdd == added ? 0 : share(bounds, set, statusReplicas);
            int left = toAdd - added;
            int change = toAdd > 0 ? Math.min(share, left) : Math.max(share, left);
            sizes.put(set, set.replicas() + change);
            added += change;
        }
        if (toAdd != 0 && !sets.isEmpty()) {
            int leftover = toAdd - added;
            sizes.computeIfPresent(sets.getFirst(), (set, size) -> Math.max(0, size + leftover));
        }
        return sizes;
    }

    /** Largest first; of equal ones the newer first where pods are added, the older otherwise. */
    private static List<ReplicaSet> bySize(List<ReplicaSet> sets, boolean growing) {
        var sorted = new ArrayList<>(sets);
        sorted.sort(
                Comparator.comparingInt(ReplicaSet::replicas)
                        .reversed()
                        .thenComparing(growing ? OLDEST.reversed() : OLDEST));
        return sorted;
    }

    private static int share(Bounds bounds, ReplicaSet set, int statusReplicas) {
        if (bounds.desired() == 0) {
            return -set.replicas();
        }
        int before = noted(set, MOST, statusReplicas);
        if (before <= 0) {
            return 0;
        }
        long size = Math.round((double) set.replicas() * bounds.most() / before);
        return (int) size - set.replicas();
    }

    /** The number that an annotation holds. */
    static int noted(ReplicaSet set, String annotation, int otherwise) {
        return set.resource()
                .annotation(annotation)
                .filter(text -> text.matches("[0-9]{1,9}"))
                .map(Integer::parseInt)
                .orElse(otherwise);
    }
}
