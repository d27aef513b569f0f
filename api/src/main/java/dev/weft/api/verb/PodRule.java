package dev.weft.api.verb;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** There is one node, so a pod is given to it when it is created, and no scheduler is needed. */
final class PodRule implements KindRule {
    private final String nodeName;

    /**
     * @param nodeName empty where pods are left without a node
     */
    PodRule(String nodeName) {
        this.nodeName = nodeName;
    }

    @Override
    public JsonObject onCreate(Target target, JsonObject tree, Terms terms) {
        Ignored.ofPod(tree.object("spec"), "spec").forEach(terms.warnings()::add);
        JsonObject pod =
                tree.withAt(Json.of("Pending"), "status", "phase")
                        .withAt(Json.of(quality(tree)), "status", "qosClass");
        if (tree.text("spec", "nodeName").orElse("").isEmpty() && !nodeName.isEmpty()) {
            pod =
                    pod.withAt(Json.of(nodeName), "spec", "nodeName")
                            .withAt(JsonArray.of(scheduled(tree)), "status", "conditions");
        }
        return pod;
    }

    private static JsonObject scheduled(JsonObject tree) {
        return JsonObject.builder()
                .put("type", "PodScheduled")
                .put("status", "True")
                .put("lastTransitionTime", tree.text("metadata", "creationTimestamp").orElse(""))
                .build();
    }

    /** Kubernetes' three classes: all bounded, none bounded, and whatever is between. */
    private static String quality(JsonObject tree) {
        List<JsonObject> containers = new ArrayList<>(tree.array("spec", "containers").objects());
        containers.addAll(tree.array("spec", "initContainers").objects());
        boolean none = true;
        boolean all = true;
        for (JsonObject container : containers) {
            JsonObject limits = container.object("resources", "limits");
            JsonObject requests = container.object("resources", "requests");
            none &= limits.isEmpty() && requests.isEmpty();
            for (String resource : List.of("cpu", "memory")) {
                Optional<Json> limit = limits.field(resource);
                Optional<Json> request = requests.field(resource);
                all &= limit.isPresent() && (request.isEmpty() || request.equals(limit));
            }
        }
        return none ? "BestEffort" : all ? "Guaranteed" : "Burstable";
    }
}
