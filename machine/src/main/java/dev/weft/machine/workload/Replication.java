package dev.weft.machine.workload;

import dev.weft.api.client.Deletion;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.control.Action;
import dev.weft.api.control.Plan;
import dev.weft.api.model.Condition;
import dev.weft.api.model.OwnerReference;
import dev.weft.api.model.Pod;
import dev.weft.api.model.ReplicaSet;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One decision about a replica set: given the pods that are its own, which to create, which to
 * delete, and what its status is. Belongs to the thread that makes it, and to one decision.
 *
 * <p>Pods that have ended, or are on their way out, do not count: they are replaced at once. No
 * more than {@value #BURST} are created or deleted at a time. They are created one after another
 * and the first refusal ends it, so that what a quota or a bad template refuses is asked for once a
 * back-off, and not once a pod.
 */
final class Replication {
    private static final int BURST = 500;
    private static final String FAILURE = "ReplicaFailure";
    private static final int NAME_MOST = 63;

    private final ReplicaSet set;
    private final List<Pod> active;
    private final Instant now;
    private final List<Action> actions = new ArrayList<>();

    /**
     * @param pods the pods that are the set's, whatever state they are in
     */
    Replication(ReplicaSet set, List<Pod> pods, Instant now) {
        this.set = set;
        this.active = pods.stream().filter(Pod::isActive).toList();
        this.now = now;
    }

    /**
     * @param letters gives the end of a new pod's name, another one each time
     */
    Plan plan(Supplier<String> letters) {
        if (!set.resource().isDeleting()) {
            int missing = set.replicas() - active.size();
            if (missing > 0) {
                create(Math.min(missing, BURST), letters);
            } else if (missing < 0) {
                delete(Math.min(-missing, BURST));
            }
        }
        JsonObject status = status(Optional.empty());
        if (!status.equals(set.resource().status())) {
            actions.add(statusOf(status));
        }
        Plan plan = Plan.of(actions);
        return untilNextAvailable().map(plan::againAfter).orElse(plan);
    }

    /** What is to be said after a pod was refused. */
    Plan refused(String reason, String message) {
        Condition failure = Condition.of(FAILURE, true, reason, message, now);
        var told =
                new Action.Tell(
                        set.resource(),
                        Action.Severity.WARNING,
                        reason,
                        (reason.equals("FailedDelete") ? "Error deleting: " : "Error creating: ")
                                + message);
        JsonObject status = status(Optional.of(failure));
        return status.equals(set.resource().status())
                ? Plan.of(told)
                : Plan.of(told, statusOf(status));
    }

    private void create(int count, Supplier<String> letters) {
        for (int i = 0; i < count; i++) {
            Resource pod = pod(letters.get());
            actions.add(new Action.Create(Types.POD, pod));
            tell("SuccessfulCreate", "Created pod: " + pod.name());
        }
    }

    private void delete(int count) {
        for (Pod pod : PodChoice.leastMissed(active, count)) {
            Resource it = pod.resource();
            actions.add(
                    new Action.Delete(
                            Types.POD, it.key(), Deletion.background().onlyUid(it.uid())));
            tell("SuccessfulDelete", "Deleted pod: " + it.name());
        }
    }

    /**
     * A pod of the set's template. Its name is chosen here, so that a create whose answer was lost
     * can be asked for once more without making two.
     */
    private Resource pod(String letters) {
        Resource owner = set.resource();
        String prefix = owner.name() + "-";
        JsonObject template = set.template();
        JsonObject metadata =
                JsonObject.builder()
                        .put("name", named(prefix, letters))
                        .put("generateName", prefix)
                        .put("namespace", owner.namespace())
                        .putIf("labels", template.at("metadata", "labels"))
                        .putIf("annotations", template.at("metadata", "annotations"))
                        .putIf("finalizers", template.at("metadata", "finalizers"))
                        .put(
                                "ownerReferences",
                                JsonArray.of(OwnerReference.controlledBy(owner).tree()))
                        .build();
        return new Resource(
                JsonObject.builder()
                        .put("apiVersion", Types.POD.apiVersion())
                        .put("kind", Types.POD.kind())
                        .put("metadata", metadata)
                        .put("spec", template.object("spec"))
                        .build());
    }

    /** What the API makes of {@code generateName}: cut so that it stays a host's name. */
    static String named(String prefix, String letters) {
        int most = NAME_MOST - letters.length();
        return (prefix.length() > most ? prefix.substring(0, most) : prefix) + letters;
    }

    private void tell(String reason, String message) {
        actions.add(new Action.Tell(set.resource(), Action.Severity.NORMAL, reason, message));
    }

    private Action statusOf(JsonObject status) {
        return new Action.UpdateStatus(Types.REPLICA_SET, set.resource().withStatus(status));
    }

    /**
     * The counts of what was seen. A failure that is known stays for as long as pods are missing:
     * this decision may be the one that succeeds, but the next will know.
     */
    private JsonObject status(Optional<Condition> failure) {
        Map<String, String> labels = set.template().texts("metadata", "labels");
        int ready = (int) active.stream().filter(Pod::isReady).count();
        int available =
                (int) active.stream().filter(it -> it.isAvailable(set.minReady(), now)).count();
        int labelled =
                (int)
                        active.stream()
                                .filter(
                                        it ->
                                                it.resource()
                                                        .labels()
                                                        .entrySet()
                                                        .containsAll(labels.entrySet()))
                                .count();
        JsonObject status =
                set.resource()
                        .status()
                        .with("replicas", active.size())
                        .with("observedGeneration", set.resource().generation());
        status = number(status, "fullyLabeledReplicas", labelled);
        status = number(status, "readyReplicas", ready);
        status = number(status, "availableReplicas", available);
        Optional<Condition> known = set.resource().condition(FAILURE);
        Optional<Condition> holds =
                failure.map(it -> it.since(known))
                        .or(() -> known.filter(it -> active.size() != set.replicas()));
        return withFailure(status, holds);
    }

    private static JsonObject withFailure(JsonObject status, Optional<Condition> failure) {
        var conditions = new ArrayList<Json>();
        for (JsonObject it : status.array("conditions").objects()) {
            if (!it.text("type").orElse("").equals(FAILURE)) {
                conditions.add(it);
            }
        }
        failure.ifPresent(it -> conditions.add(it.tree()));
        return conditions.isEmpty()
                ? status.without("conditions")
                : status.with("conditions", JsonArray.of(conditions));
    }

    /** Zero is left out, as Kubernetes does. */
    private static JsonObject number(JsonObject status, String name, int value) {
        return value == 0 ? status.without(name) : status.with(name, value);
    }

    /** How long until one more of the ready pods has been so for long enough. */
    private Optional<Duration> untilNextAvailable() {
        if (set.minReady().isZero()) {
            return Optional.empty();
        }
        return active.stream()
                .filter(it -> !it.isAvailable(set.minReady(), now))
                .flatMap(it -> it.readySince().stream())
                .map(since -> Duration.between(now, since.plus(set.minReady())))
                .min(Duration::compareTo)
                .map(it -> it.plusMillis(1));
    }
}
