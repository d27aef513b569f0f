package dev.weft.machine.workload;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Deployment;
import dev.weft.api.model.OwnerReference;
import dev.weft.api.model.ReplicaSet;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What the replica sets of a Deployment look like: names, labels, annotations, sizes. Pure. */
final class Blueprint {
    private static final String HISTORY = "deployment.kubernetes.io/revision-history";

    /** What is a Deployment's own, and means something else or nothing on its replica sets. */
    private static final Set<String> NOT_PASSED_ON =
            Set.of(
                    "kubectl.kubernetes.io/last-applied-configuration",
                    "deprecated.deployment.rollback.to",
                    ReplicaSet.REVISION,
                    HISTORY,
                    Sizes.DESIRED,
                    Sizes.MOST);

    private Blueprint() {}

    /** A new set for the Deployment's template. The hash in its labels keeps its pods apart. */
    static Resource replicaSet(
            Deployment deployment, String hash, int size, Bounds bounds, long revision) {
        Resource owner = deployment.resource();
        JsonObject template =
                deployment.template().withAt(Json.of(hash), "metadata", "labels", ReplicaSet.HASH);
        JsonObject selector =
                deployment.selector().tree().withAt(Json.of(hash), "matchLabels", ReplicaSet.HASH);
        JsonObject spec = JsonObject.builder().put("replicas", size).build();
        if (!deployment.minReady().isZero()) {
            spec = spec.with("minReadySeconds", deployment.minReady().toSeconds());
        }
        Resource set =
                Resource.of(Types.REPLICA_SET, owner.namespace(), owner.name() + "-" + hash)
                        .withLabels(template.texts("metadata", "labels"))
                        .withSpec(spec.with("selector", selector).with("template", template))
                        .withOwner(OwnerReference.controlledBy(owner));
        for (var passed : passedOn(owner).entrySet()) {
            set = set.withAnnotation(passed.getKey(), passed.getValue());
        }
        return noted(set, bounds).withAnnotation(ReplicaSet.REVISION, Long.toString(revision));
    }

    /**
     * A set that is the current one, with what the Deployment passes on. Its revision may rise,
     * which is how going back to an old template makes it the newest; the numbers it had are kept.
     */
    static Resource inStep(Deployment deployment, ReplicaSet set, Resource copy, long revision) {
        Resource kept = copy;
        for (var passed : passedOn(deployment.resource()).entrySet()) {
            kept = kept.withAnnotation(passed.getKey(), passed.getValue());
        }
        if (set.revision() < revision) {
            kept = kept.withAnnotation(ReplicaSet.REVISION, Long.toString(revision));
            if (set.revision() > 0) {
                String before = kept.annotation(HISTORY).map(it -> it + ",").orElse("");
                kept = kept.withAnnotation(HISTORY, before + set.revision());
            }
        }
        if (!set.minReady().equals(deployment.minReady())) {
            long seconds = deployment.minReady().toSeconds();
            kept = kept.withAt(Json.of(seconds), "spec", "minReadySeconds");
        }
        return kept;
    }

    /** A set of that size, noting for which size of the Deployment it was chosen. */
    static Resource resized(Resource set, int size, Bounds bounds) {
        return noted(set.withAt(Json.of(size), "spec", "replicas"), bounds);
    }

    private static Resource noted(Resource set, Bounds bounds) {
        return set.withAnnotation(Sizes.DESIRED, Integer.toString(bounds.desired()))
                .withAnnotation(Sizes.MOST, Integer.toString(bounds.most()));
    }

    private static Map<String, String> passedOn(Resource deployment) {
        var passed = new LinkedHashMap<>(deployment.annotations());
        passed.keySet().removeAll(NOT_PASSED_ON);
        return passed;
    }
}
