package dev.weft.machine.workload;

import dev.weft.api.client.Deletion;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.control.Action;
import dev.weft.api.control.Controller;
import dev.weft.api.control.Informer;
import dev.weft.api.control.Plan;
import dev.weft.api.control.Reconciler;
import dev.weft.api.control.Surroundings;
import dev.weft.api.model.Condition;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import dev.weft.api.model.Types;
import dev.weft.foundation.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Empties the namespaces that are being deleted, of objects of every kind, and lets them go when
 * nothing is left. What is left is asked of the API itself, since nothing may be created in such a
 * namespace any more. Any thread.
 */
final class NamespaceReconciler implements Reconciler {
    private static final String FINALIZER = "kubernetes";
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    private final Informer namespaces;
    private final Reach reach;
    private final Clock clock;

    NamespaceReconciler(Copies copies, Reach reach, Clock clock) {
        this.namespaces = copies.of(Types.NAMESPACE);
        this.reach = reach;
        this.clock = clock;
    }

    Controller controller(Surroundings surroundings) {
        return new Controller(surroundings, "namespace-controller", this, 2)
                .reconciling(namespaces);
    }

    @Override
    public Plan reconcile(Key key) {
        return namespaces
                .find(key)
                .filter(Resource::isDeleting)
                .filter(it -> it.spec().array("finalizers").texts().contains(FINALIZER))
                .map(this::empty)
                .orElse(Plan.nothing());
    }

    private Plan empty(Resource namespace) {
        var actions = new ArrayList<Action>();
        var kinds = new TreeMap<String, Integer>();
        var finalizers = new TreeMap<String, Integer>();
        for (ResourceType type : types()) {
            List<Resource> left = reach.list(type, namespace.name());
            for (Resource it : left) {
                if (!it.isDeleting()) {
                    actions.add(
                            new Action.Delete(
                                    type, it.key(), Deletion.background().onlyUid(it.uid())));
                }
                it.finalizers().forEach(name -> finalizers.merge(name, 1, Integer::sum));
            }
            if (!left.isEmpty()) {
                kinds.put(type.groupResource(), left.size());
            }
        }
        if (kinds.isEmpty()) {
            return Plan.of(letGo(namespace));
        }
        told(namespace, kinds, finalizers, actions.isEmpty()).ifPresent(actions::add);
        return Plan.of(actions).againAfter(LOOK_AGAIN);
    }

    /** Events last: they may tell of the end of the others. */
    private List<ResourceType> types() {
        var types = new ArrayList<>(reach.all());
        types.removeIf(it -> !it.namespaced());
        types.add(Types.EVENT);
        return types;
    }

    private static Action letGo(Resource namespace) {
        List<String> others =
                namespace.spec().array("finalizers").texts().stream()
                        .filter(it -> !it.equals(FINALIZER))
                        .toList();
        return new Action.FinalizeNamespace(
                namespace.withAt(JsonArray.ofTexts(others), "spec", "finalizers"));
    }

    /**
     * The status that says what the end is waiting for. Said only of what stays when everything has
     * been asked to go, so that a namespace that empties at once is written once.
     */
    private Optional<Action> told(
            Resource namespace,
            Map<String, Integer> kinds,
            Map<String, Integer> finalizers,
            boolean allAsked) {
        if (!allAsked) {
            return Optional.empty();
        }
        var conditions = new ArrayList<Json>();
        conditions.add(
                condition(
                        namespace,
                        "NamespaceContentRemaining",
                        "SomeResourcesRemain",
                        "Some resources are remaining: "
                                + listed(kinds, " has ", " resource instances")));
        if (!finalizers.isEmpty()) {
            conditions.add(
                    condition(
                            namespace,
                            "NamespaceFinalizersRemaining",
                            "SomeFinalizersRemain",
                            "Some content in the namespace has finalizers remaining: "
                                    + listed(finalizers, " in ", " resource instances")));
        }
        JsonObject status =
                namespace
                        .status()
                        .with("phase", "Terminating")
                        .with("conditions", JsonArray.of(conditions));
        return status.equals(namespace.status())
                ? Optional.empty()
                : Optional.of(
                        new Action.UpdateStatus(Types.NAMESPACE, namespace.withStatus(status)));
    }

    private Json condition(Resource namespace, String type, String reason, String message) {
        return Condition.of(type, true, reason, message, clock.now())
                .since(namespace.condition(type))
                .tree();
    }

    private static String listed(Map<String, Integer> counts, String before, String after) {
        var parts = new ArrayList<String>();
        counts.forEach((name, count) -> parts.add(name + before + count + after));
        return String.join(", ", parts);
    }
}
