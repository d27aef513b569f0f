package dev.weft.api.model;

import dev.weft.api.codec.JsonObject;
import java.time.Duration;

/** So many pods of one template. */
public record ReplicaSet(Resource resource) {
    /** The label by which a Deployment tells its replica sets, and their pods, apart. */
    public static final String HASH = "pod-template-hash";

    /** The annotation that numbers the replica sets of a Deployment, from 1. */
    public static final String REVISION = "deployment.kubernetes.io/revision";

    public int replicas() {
        return count(1, "spec", "replicas");
    }

    public LabelSelector selector() {
        return new LabelSelector(resource.tree().object("spec", "selector"));
    }

    public JsonObject template() {
        return resource.tree().object("spec", "template");
    }

    public Duration minReady() {
        return Duration.ofSeconds(count(0, "spec", "minReadySeconds"));
    }

    public int currentReplicas() {
        return count(0, "status", "replicas");
    }

    public int readyReplicas() {
        return count(0, "status", "readyReplicas");
    }

    public int availableReplicas() {
        return count(0, "status", "availableReplicas");
    }

    public long observedGeneration() {
        return resource.tree().whole("status", "observedGeneration").orElse(0L);
    }

    /** Its number in its Deployment's history, 0 where it has none. */
    public long revision() {
        return resource.annotation(REVISION)
                .filter(text -> text.matches("[0-9]{1,18}"))
                .map(Long::parseLong)
                .orElse(0L);
    }

    private int count(int otherwise, String... path) {
        return resource.tree().whole(path).map(Math::toIntExact).orElse(otherwise);
    }
}
