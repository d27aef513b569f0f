package dev.weft.machine.workload;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.control.Action;
import dev.weft.api.control.Plan;
import dev.weft.api.model.Condition;
import dev.weft.api.model.Deployment;
import dev.weft.api.model.Moments;
import dev.weft.api.model.ReplicaSet;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The status of a Deployment: counts, and the conditions {@code Available}, {@code Progressing} and
 * {@code ReplicaFailure} by which people and {@code kubectl rollout status} judge it. Belongs to
 * the thread that makes it.
 */
final class Progress {
    private static final String AVAILABLE = "Available";
    private static final String PROGRESSING = "Progressing";
    private static final String REPLICA_FAILURE = "ReplicaFailure";
    private static final String COMPLETE = "NewReplicaSetAvailable";
    private static final String TIMED_OUT = "ProgressDeadlineExceeded";
    private static final String PAUSED = "DeploymentPaused";

    private final Deployment deployment;
    private final Instant now;
    private final List<Condition> conditions = new ArrayList<>();
    private int collisions;
    private Counts counts;

    /** How many pods there are, of which kind. */
    private record Counts(int wanted, int present, int updated, int ready, int available) {
        static final Counts NONE = new Counts(0, 0, 0, 0, 0);

        static Counts of(Revisions revisions) {
            List<ReplicaSet> all = revisions.all();
            return new Counts(
                    Sizes.wanted(all),
                    all.stream().mapToInt(ReplicaSet::currentReplicas).sum(),
                    revisions.current().map(ReplicaSet::currentReplicas).orElse(0),
                    all.stream().mapToInt(ReplicaSet::readyReplicas).sum(),
                    Sizes.available(all));
        }

        int old() {
            return present - updated;
        }
    }

    Progress(Deployment deployment, Instant now) {
        this.deployment = deployment;
        this.now = now;
        this.collisions = deployment.collisionCount();
        this.counts = Counts.NONE;
        deployment.resource().status().array("conditions").objects().stream()
                .map(Condition::new)
                .forEach(conditions::add);
    }

    /** The replica set's name was taken: the next one gets another. */
    void collided() {
        collisions++;
    }

    void created(String replicaSet) {
        if (hasDeadline()) {
            progressing(
                    "True",
                    "NewReplicaSetCreated",
                    "Created new replica set " + quoted(replicaSet));
        }
    }

    void found(String replicaSet) {
        if (hasDeadline() && condition(PROGRESSING).isEmpty()) {
            progressing(
                    "True", "FoundNewReplicaSet", "Found new replica set " + quoted(replicaSet));
        }
    }

    /** Notes that the clock for the deadline stands still, or goes on again. */
    void pausedOrResumed() {
        Optional<Condition> known = condition(PROGRESSING);
        if (!hasDeadline() || known.filter(it -> it.reason().equals(TIMED_OUT)).isPresent()) {
            return;
        }
        boolean said = known.filter(it -> it.reason().equals(PAUSED)).isPresent();
        if (deployment.isPaused() && !said) {
            progressing("Unknown", PAUSED, "Deployment is paused");
        } else if (!deployment.isPaused() && said) {
            progressing("Unknown", "DeploymentResumed", "Deployment is resumed");
        }
    }

    /** Takes over the counts, and with them whether enough pods are available. */
    void count(Revisions revisions) {
        counts = Counts.of(revisions);
        if (counts.available() >= Bounds.of(deployment).least()) {
            set(
                    AVAILABLE,
                    "True",
                    "MinimumReplicasAvailable",
                    "Deployment has minimum availability.");
        } else {
            set(
                    AVAILABLE,
                    "False",
                    "MinimumReplicasUnavailable",
                    "Deployment does not have minimum availability.");
        }
    }

    /** Judges, after {@link #count}, whether the change is done, moves on, or is stuck. */
    void judge(Revisions revisions) {
        if (!hasDeadline()) {
            conditions.removeIf(it -> it.type().equals(PROGRESSING));
        } else if (!wasComplete()) {
            String what =
                    revisions
                            .current()
                            .map(it -> "ReplicaSet " + quoted(it.resource().name()))
                            .orElse("Deployment " + quoted(deployment.resource().name()));
            if (isComplete()) {
                progressing("True", COMPLETE, what + " has successfully progressed.");
            } else if (hasMoved()) {
                // Again and again the same words, but a new time, from which the deadline counts.
                moved(what + " is progressing.");
            } else if (hasTimedOut()) {
                progressing("False", TIMED_OUT, what + " has timed out progressing.");
            }
        }
        takeOverFailure(revisions);
    }

    /** What is to be said after a new replica set was refused. */
    Plan refused(String replicaSet, @Nullable String why) {
        String message = "Failed to create new replica set " + quoted(replicaSet) + ": " + why;
        Resource resource = deployment.resource();
        var told =
                new Action.Tell(
                        resource, Action.Severity.WARNING, "ReplicaSetCreateError", message);
        if (hasDeadline()) {
            progressing("False", "ReplicaSetCreateError", message);
        }
        JsonObject status =
                resource.status()
                        .with(
                                "conditions",
                                JsonArray.of(conditions.stream().map(Condition::tree).toList()));
        return status.equals(resource.status())
                ? Plan.of(told)
                : Plan.of(
                        told,
                        new Action.UpdateStatus(Types.DEPLOYMENT, resource.withStatus(status)));
    }

    /** Whether every pod is of the current template and available, and none is too many. */
    boolean isComplete() {
        int desired = deployment.replicas();
        return counts.updated() == desired
                && counts.present() == desired
                && counts.available() == desired;
    }

    /** How long until the deadline may have passed; absent where nothing waits for it. */
    Optional<Duration> untilDeadline() {
        Optional<Condition> known = condition(PROGRESSING);
        if (deployment.isPaused()
                || isComplete()
                || known.filter(it -> it.reason().equals(COMPLETE)).isPresent()
                || known.filter(it -> it.reason().equals(TIMED_OUT)).isPresent()) {
            return Optional.empty();
        }
        // Times in a status are whole seconds: a second later it has passed for certain.
        return deadline()
                .map(it -> Duration.between(now, it).plusSeconds(1))
                .map(it -> it.isNegative() ? Duration.ofSeconds(1) : it);
    }

    JsonObject status() {
        JsonObject status =
                deployment
                        .resource()
                        .status()
                        .with("observedGeneration", deployment.resource().generation());
        status = number(status, "replicas", counts.present());
        status = number(status, "updatedReplicas", counts.updated());
        status = number(status, "readyReplicas", counts.ready());
        status = number(status, "availableReplicas", counts.available());
        int missing = Math.max(0, counts.wanted() - counts.available());
        status = number(status, "unavailableReplicas", missing);
        status = number(status, "collisionCount", collisions);
        return conditions.isEmpty()
                ? status.without("conditions")
                : status.with(
                        "conditions",
                        JsonArray.of(conditions.stream().map(Condition::tree).toList()));
    }

    /** Zero is left out, as Kubernetes does. */
    private static JsonObject number(JsonObject status, String name, int value) {
        return value == 0 ? status.without(name) : status.with(name, value);
    }

    private boolean hasDeadline() {
        return deployment.progressDeadline().isPresent();
    }

    private boolean wasComplete() {
        return counts.present() == counts.updated()
                && condition(PROGRESSING).filter(it -> it.reason().equals(COMPLETE)).isPresent();
    }

    private boolean hasMoved() {
        JsonObject before = deployment.resource().status();
        long updated = before.whole("updatedReplicas").orElse(0L);
        long old = before.whole("replicas").orElse(0L) - updated;
        return counts.updated() > updated
                || counts.old() < old
                || counts.ready() > deployment.readyReplicas()
                || counts.available() > deployment.availableReplicas();
    }

    private boolean hasTimedOut() {
        Optional<Condition> known = condition(PROGRESSING);
        if (known.filter(it -> it.reason().equals(TIMED_OUT)).isPresent()) {
            return true;
        }
        return known.filter(it -> !it.reason().equals(COMPLETE)).isPresent()
                && deadline().filter(now::isAfter).isPresent();
    }

    private Optional<Instant> deadline() {
        return condition(PROGRESSING)
                .flatMap(Condition::updatedAt)
                .flatMap(since -> deployment.progressDeadline().map(since::plus));
    }

    private void takeOverFailure(Revisions revisions) {
        var sets = new ArrayList<>(revisions.current().stream().toList());
        sets.addAll(revisions.old());
        Optional<Condition> failure =
                sets.stream()
                        .flatMap(it -> it.resource().condition(REPLICA_FAILURE).stream())
                        .filter(Condition::isTrue)
                        .findFirst();
        if (failure.isEmpty()) {
            conditions.removeIf(it -> it.type().equals(REPLICA_FAILURE));
        } else {
            set(
                    REPLICA_FAILURE,
                    failure.get().status(),
                    failure.get().reason(),
                    failure.get().message());
        }
    }

    private Optional<Condition> condition(String type) {
        return conditions.stream().filter(it -> it.type().equals(type)).findFirst();
    }

    private void progressing(String status, String reason, String message) {
        set(PROGRESSING, status, reason, message);
    }

    private void moved(String message) {
        Condition moved = made(PROGRESSING, "True", "ReplicaSetUpdated", message);
        put(moved.since(condition(PROGRESSING)));
    }

    /** Sets a condition; one that says the same for the same reason stays as it is. */
    private void set(String type, String status, String reason, String message) {
        Optional<Condition> known = condition(type);
        boolean same =
                known.filter(it -> it.status().equals(status))
                        .filter(it -> it.reason().equals(reason))
                        .isPresent();
        if (!same) {
            put(made(type, status, reason, message).since(known));
        }
    }

    private void put(Condition condition) {
        for (int i = 0; i < conditions.size(); i++) {
            if (conditions.get(i).type().equals(condition.type())) {
                conditions.set(i, condition);
                return;
            }
        }
        conditions.add(condition);
    }

    private Condition made(String type, String status, String reason, String message) {
        Json time = Json.of(Moments.text(now));
        return new Condition(
                JsonObject.builder()
                        .put("type", type)
                        .put("status", status)
                        .put("lastUpdateTime", time)
                        .put("lastTransitionTime", time)
                        .put("reason", reason)
                        .put("message", message)
                        .build());
    }

    private static String quoted(String name) {
        return '"' + name + '"';
    }
}
