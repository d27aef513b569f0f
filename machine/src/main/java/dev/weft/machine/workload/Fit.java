package dev.weft.machine.workload;

import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.LabelSelector;
import dev.weft.api.model.Pod;
import dev.weft.api.model.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether a pod may run on a node: by {@code nodeSelector}, the node affinity that is required,
 * taints, and whether the node takes pods at all. Pure.
 */
final class Fit {
    private static final String UNSCHEDULABLE = "node.kubernetes.io/unschedulable";

    private Fit() {}

    /** What stands against it, in the words of Kubernetes; absent where nothing does. */
    static Optional<String> objection(Pod pod, Resource node) {
        JsonObject spec = pod.resource().spec();
        List<JsonObject> tolerations = spec.array("tolerations").objects();
        if (node.spec().flag("unschedulable").orElse(false)
                && !isTolerated(tolerations, UNSCHEDULABLE, "", "NoSchedule")) {
            return Optional.of("1 node(s) were unschedulable");
        }
        for (JsonObject taint : node.spec().array("taints").objects()) {
            String key = taint.text("key").orElse("");
            String value = taint.text("value").orElse("");
            String effect = taint.text("effect").orElse("");
            boolean keepsOut = effect.equals("NoSchedule") || effect.equals("NoExecute");
            if (keepsOut && !isTolerated(tolerations, key, value, effect)) {
                return Optional.of("1 node(s) had untolerated taint {" + key + ": " + value + "}");
            }
        }
        boolean suits =
                LabelSelector.equal(spec.texts("nodeSelector")).matches(node.labels())
                        && isWanted(spec, node);
        return suits
                ? Optional.empty()
                : Optional.of("1 node(s) didn't match Pod's node affinity/selector");
    }

    private static boolean isTolerated(
            List<JsonObject> tolerations, String key, String value, String effect) {
        return tolerations.stream()
                .anyMatch(
                        it -> {
                            String named = it.text("key").orElse("");
                            boolean exists = it.text("operator").orElse("Equal").equals("Exists");
                            boolean meansKey = named.isEmpty() ? exists : named.equals(key);
                            String only = it.text("effect").orElse("");
                            return meansKey
                                    && (only.isEmpty() || only.equals(effect))
                                    && (exists || it.text("value").orElse("").equals(value));
                        });
    }

    /** One of the terms has to hold whole; a term that asks for nothing never does. */
    private static boolean isWanted(JsonObject spec, Resource node) {
        JsonObject required =
                spec.object(
                        "affinity",
                        "nodeAffinity",
                        "requiredDuringSchedulingIgnoredDuringExecution");
        if (required.isEmpty()) {
            return true;
        }
        return required.array("nodeSelectorTerms").objects().stream()
                .anyMatch(it -> holds(it, node));
    }

    private static boolean holds(JsonObject term, Resource node) {
        var labels = term.array("matchExpressions").objects();
        var fields = term.array("matchFields").objects();
        var parts = new ArrayList<Boolean>();
        labels.forEach(it -> parts.add(holds(it, node.labels())));
        fields.forEach(it -> parts.add(holds(it, Map.of("metadata.name", node.name()))));
        return !parts.isEmpty() && !parts.contains(false);
    }

    private static boolean holds(JsonObject expression, Map<String, String> values) {
        String operator = expression.text("operator").orElse("");
        if (!operator.equals("Gt") && !operator.equals("Lt")) {
            return new LabelSelector(JsonObject.of("matchExpressions", JsonArray.of(expression)))
                    .matches(values);
        }
        Optional<Long> have =
                number(Optional.ofNullable(values.get(expression.text("key").orElse(""))));
        Optional<Long> bound = number(expression.array("values").texts().stream().findFirst());
        if (have.isEmpty() || bound.isEmpty()) {
            return false;
        }
        return operator.equals("Gt") ? have.get() > bound.get() : have.get() < bound.get();
    }

    private static Optional<Long> number(Optional<String> text) {
        return text.filter(it -> it.matches("-?[0-9]{1,18}")).map(Long::parseLong);
    }
}
