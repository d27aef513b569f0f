package dev.weft.api.rule;

import dev.weft.api.ask.Target;
import dev.weft.api.ask.Terms;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A pod begins as pending, and in one of the three classes of what it was promised. */
final class PodRule implements KindRule {
    @Override
    public JsonObject onCreate(Target target, JsonObject tree, Terms terms) {
        Ignored.ofPod(tree.object("spec"), "spec").forEach(terms.warnings()::add);
        return tree.withAt(Json.of("Pending"), "status", "phase")
                .withAt(Json.of(quality(tree)), "status", "qosClass");
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
