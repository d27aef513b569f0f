package dev.weft.machine.workload;

import dev.weft.api.client.Deletion;
import dev.weft.api.client.Patch;
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
import dev.weft.api.model.Pod;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import dev.weft.foundation.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Binds pods to a node that suits them, and says so where none does. What a pod asks for in
 * processors and memory does not count: nothing holds it to that either. Any thread.
 */
final class Scheduler implements Reconciler {
    private static final String UNBOUND = "unbound";
    private static final String NAME = "default-scheduler";

    private final Informer pods;
    private final Informer nodes;
    private final Clock clock;

    Scheduler(Copies copies, Clock clock) {
        this.pods =
                copies.of(Types.POD)
                        .index(UNBOUND, it -> isWaiting(new Pod(it)) ? List.of("") : List.of());
        this.nodes = copies.of(Types.NODE);
        this.clock = clock;
    }

    Controller controller(Surroundings surroundings) {
        return new Controller(surroundings, NAME, this, 2)
                .watching(
                        pods,
                        it ->
                                isWaiting(new Pod(it)) || it.isDeleting()
                                        ? List.of(it.key())
                                        : List.of())
                .watching(nodes, it -> pods.by(UNBOUND, "").stream().map(Resource::key).toList());
    }

    @Override
    public Plan reconcile(Key key) {
        Optional<Resource> found = pods.find(key);
        if (found.isEmpty()) {
            return Plan.nothing();
        }
        var pod = new Pod(found.get());
        if (found.get().isDeleting()) {
            return isAbandoned(pod)
                    ? Plan.of(
                            new Action.Delete(
                                    Types.POD, key, Deletion.now().onlyUid(found.get().uid())))
                    : Plan.nothing();
        }
        return isWaiting(pod) ? place(pod, nodes.all()) : Plan.nothing();
    }

    /** Whether it is this scheduler's to find a node for it. */
    private static boolean isWaiting(Pod pod) {
        JsonObject spec = pod.resource().spec();
        String scheduler = spec.text("schedulerName").orElse(NAME);
        return pod.isActive()
                && pod.nodeName().isEmpty()
                && (scheduler.equals(NAME) || scheduler.isEmpty())
                && spec.array("schedulingGates").isEmpty();
    }

    /** Whether it was bound by hand to a node that is not there, where nobody will ever end it. */
    private boolean isAbandoned(Pod pod) {
        return !pod.nodeName().isEmpty() && nodes.find(new Key("", pod.nodeName())).isEmpty();
    }

    private Plan place(Pod pod, List<Resource> nodes) {
        Resource resource = pod.resource();
        var objections = new ArrayList<String>();
        for (Resource node : nodes) {
            Optional<String> objection = Fit.objection(pod, node);
            if (objection.isEmpty()) {
                return bind(resource, node.name());
            }
            objections.add(objection.get());
        }
        String message =
                objections.isEmpty()
                        ? "no nodes available to schedule pods"
                        : "0/"
                                + nodes.size()
                                + " nodes are available: "
                                + String.join(", ", objections)
                                + ".";
        return refuse(resource, message);
    }

    private static Plan bind(Resource pod, String node) {
        JsonObject change =
                JsonObject.builder()
                        .put("metadata", JsonObject.of("uid", Json.of(pod.uid())))
                        .put("spec", JsonObject.of("nodeName", Json.of(node)))
                        .build();
        return Plan.of(
                new Action.Change(Types.POD, pod.key(), Patch.merge(change)),
                new Action.Tell(
                        pod,
                        Action.Severity.NORMAL,
                        "Scheduled",
                        "Successfully assigned " + pod.key() + " to " + node));
    }

    private Plan refuse(Resource pod, String message) {
        Optional<Condition> known = pod.condition(Pod.SCHEDULED);
        if (known.filter(it -> it.isFalse() && it.message().equals(message)).isPresent()) {
            return Plan.nothing();
        }
        Condition condition =
                Condition.of(Pod.SCHEDULED, false, "Unschedulable", message, clock.now())
                        .since(known);
        var conditions = new ArrayList<Json>();
        for (JsonObject it : pod.status().array("conditions").objects()) {
            if (!new Condition(it).type().equals(Pod.SCHEDULED)) {
                conditions.add(it);
            }
        }
        conditions.add(condition.tree());
        JsonObject status = pod.status().with("conditions", JsonArray.of(conditions));
        if (!status.has("phase")) {
            status = status.with("phase", "Pending");
        }
        return Plan.of(
                // First: a status whose answer is lost ends the plan, and the next has nothing to
                // say.
                new Action.Tell(pod, Action.Severity.WARNING, "FailedScheduling", message),
                new Action.UpdateStatus(Types.POD, pod.withStatus(status)));
    }
}
