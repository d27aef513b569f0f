package dev.weft.machine.workload;

import dev.weft.api.client.Deletion;
import dev.weft.api.client.Patch;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.control.Action;
import dev.weft.api.control.Plan;
import dev.weft.api.model.Deployment;
import dev.weft.api.model.OwnerReference;
import dev.weft.api.model.ReplicaSet;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * One decision about a Deployment: given what it says and what its replica sets are at now, what
 * should be done next. A change of template takes as many such decisions as the pods take steps to
 * become ready; each stands alone, so any of them may be lost or made twice.
 *
 * <p>Belongs to the thread that makes it, and to one decision.
 */
final class Rollout {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private final Deployment deployment;
    private final Revisions revisions;
    private final Set<String> withPods;
    private final Function<String, Optional<Resource>> setNamed;
    private final Bounds bounds;
    private final Progress progress;
    private final List<Action> creations = new ArrayList<>();
    private final List<Action> tidings = new ArrayList<>();
    private final List<Action> removals = new ArrayList<>();
    private boolean waits;

    /** The sets that are to change, by name: each is written once, with all its changes. */
    private final Map<String, Resource> changed = new LinkedHashMap<>();

    /**
     * @param sets the replica sets that are the Deployment's
     * @param withPods the uids of those that still have a pod which has not ended
     * @param setNamed the replica set of that name in the namespace, whosever it is, not from a
     *     copy
     */
    Rollout(
            Deployment deployment,
            List<ReplicaSet> sets,
            Set<String> withPods,
            Function<String, Optional<Resource>> setNamed,
            Instant now) {
        this.deployment = deployment;
        this.revisions = Revisions.of(deployment, sets);
        this.withPods = Set.copyOf(withPods);
        this.setNamed = setNamed;
        this.bounds = Bounds.of(deployment);
        this.progress = new Progress(deployment, now);
    }

    Plan plan() {
        if (deployment.selector().isEmpty()) {
            return refuseToSelectAll();
        }
        progress.count(revisions);
        if (deployment.resource().isDeleting()) {
            return finish(Optional.empty());
        }
        progress.pausedOrResumed();
        if (deployment.isPaused() || isResized()) {
            keepCurrent();
            resize();
        } else {
            move();
        }
        boolean numbered = revisions.current().isPresent() || !creations.isEmpty();
        return finish(numbered ? Optional.of(revisions.number()) : Optional.empty());
    }

    private void move() {
        switch (deployment.strategy()) {
            case Deployment.Strategy.Recreate() -> recreate();
            case Deployment.Strategy.RollingUpdate rolling -> roll();
        }
        if (progress.isComplete()) {
            forgetHistory();
        }
        progress.judge(revisions);
    }

    /** New pods first, as far as there is room; only when none may be added, old ones go. */
    private void roll() {
        Optional<ReplicaSet> current = revisions.current();
        int before = current.map(ReplicaSet::replicas).orElse(0);
        int all = before + Sizes.present(revisions.old(), bounds);
        int size = Sizes.ofCurrent(bounds, all, before);
        if (current.isEmpty()) {
            create(size);
            return;
        }
        keepCurrent();
        if (size != before) {
            scale(current.get(), size);
        } else if (Sizes.areSettled(revisions.all())) {
            int unavailable = Math.max(0, size - current.get().availableReplicas());
            Sizes.ofOld(bounds, revisions.old(), size, unavailable).forEach(this::scale);
        }
    }

    /** All old pods go; only when none is left, not even one that is ending, new ones come. */
    private void recreate() {
        List<ReplicaSet> busy = revisions.old().stream().filter(it -> it.replicas() > 0).toList();
        keepCurrent();
        if (!busy.isEmpty()) {
            busy.forEach(it -> scale(it, 0));
            return;
        }
        boolean left =
                revisions.old().stream()
                        .anyMatch(
                                it ->
                                        it.currentReplicas() > 0
                                                || withPods.contains(it.resource().uid()));
        if (left) {
            return;
        }
        revisions
                .current()
                .ifPresentOrElse(
                        it -> scale(it, deployment.replicas()),
                        () -> create(deployment.replicas()));
    }

    /** Whether the Deployment's size was changed since the sizes of its sets were chosen. */
    private boolean isResized() {
        return revisions.active().stream()
                .anyMatch(
                        it ->
                                Sizes.noted(it, Sizes.DESIRED, deployment.replicas())
                                        != deployment.replicas());
    }

    /** Follows a change of size, without going on from one template to another. */
    private void resize() {
        Optional<ReplicaSet> only = revisions.onlyOne();
        if (only.isPresent()) {
            scale(only.get(), deployment.replicas());
        } else if (isSaturated()) {
            revisions.old().stream().filter(it -> it.replicas() > 0).forEach(it -> scale(it, 0));
        } else if (deployment.strategy() instanceof Deployment.Strategy.RollingUpdate) {
            int before = (int) (long) deployment.resource().status().whole("replicas").orElse(0L);
            Map<ReplicaSet, Integer> sizes = Sizes.inProportion(bounds, revisions.active(), before);
            sizes.forEach(this::scale);
        } else {
            // Recreate does not share: what is old goes anyhow, and notes the new size in passing.
            revisions.active().forEach(it -> scale(it, it.replicas()));
        }
        if (deployment.isPaused()) {
            forgetHistory();
        }
    }

    private boolean isSaturated() {
        int desired = deployment.replicas();
        return revisions
                .current()
                .filter(it -> Sizes.noted(it, Sizes.DESIRED, -1) == desired)
                .filter(it -> it.replicas() == desired && it.availableReplicas() == desired)
                .isPresent();
    }

    /** Creates the set for the template as it is now; not where its name is taken. */
    private void create(int size) {
        String hash = Template.of(deployment.template()).hash(deployment.collisionCount());
        Resource wanted = Blueprint.replicaSet(deployment, hash, size, bounds, revisions.number());
        Optional<Resource> holder = setNamed.apply(wanted.name());
        if (holder.isPresent()) {
            if (mayBeTheOne(holder.get())) {
                waits = true;
            } else {
                progress.collided();
            }
            return;
        }
        creations.add(new Action.Create(Types.REPLICA_SET, wanted));
        if (size > 0) {
            tellScaled("up", wanted.name(), 0, size);
        }
        progress.created(wanted.name());
    }

    /**
     * Whether the set that has the name is the Deployment's own, or nobody's and about to be: the
     * copies did not show it in time. To take another name would make a second set beside it.
     */
    private boolean mayBeTheOne(Resource set) {
        Optional<String> controller = set.controller().map(OwnerReference::uid);
        if (controller.isEmpty()) {
            return deployment.selector().matches(set.labels());
        }
        return controller.get().equals(deployment.resource().uid())
                && Template.of(new ReplicaSet(set).template())
                        .equals(Template.of(deployment.template()));
    }

    /** Keeps the current set's annotations and minReadySeconds in step with the Deployment. */
    private void keepCurrent() {
        revisions
                .current()
                .ifPresent(
                        it -> {
                            change(
                                    it,
                                    Blueprint.inStep(deployment, it, copy(it), revisions.number()));
                            progress.found(it.resource().name());
                        });
    }

    private void scale(ReplicaSet set, int size) {
        change(set, Blueprint.resized(copy(set), size, bounds));
        if (size != set.replicas()) {
            String direction = size > set.replicas() ? "up" : "down";
            tellScaled(direction, set.resource().name(), set.replicas(), size);
        }
    }

    private Resource copy(ReplicaSet set) {
        return changed.getOrDefault(set.resource().name(), set.resource());
    }

    private void change(ReplicaSet set, Resource copy) {
        if (!copy.equals(set.resource())) {
            changed.put(set.resource().name(), copy);
        }
    }

    private void tellScaled(String direction, String set, int from, int to) {
        tell(
                Action.Severity.NORMAL,
                "ScalingReplicaSet",
                "Scaled " + direction + " replica set " + set + " from " + from + " to " + to);
    }

    private void tell(Action.Severity severity, String reason, String message) {
        tidings.add(new Action.Tell(deployment.resource(), severity, reason, message));
    }

    private void forgetHistory() {
        for (ReplicaSet set : revisions.beyondHistory(deployment.revisionHistoryLimit())) {
            Resource it = set.resource();
            removals.add(
                    new Action.Delete(
                            Types.REPLICA_SET, it.key(), Deletion.background().onlyUid(it.uid())));
        }
    }

    private Plan refuseToSelectAll() {
        tell(
                Action.Severity.WARNING,
                "SelectingAll",
                "This deployment is selecting all pods. A non-empty selector is required.");
        progress.count(revisions);
        return finish(Optional.empty());
    }

    /** Growth before shrinking, news after deeds, and the status of what was seen at the end. */
    private Plan finish(Optional<Long> revision) {
        var actions = new ArrayList<>(creations);
        changed.values().forEach(it -> actions.add(new Action.Update(Types.REPLICA_SET, it)));
        actions.addAll(tidings);
        actions.addAll(removals);
        JsonObject status = progress.status();
        if (!status.equals(deployment.resource().status())) {
            actions.add(
                    new Action.UpdateStatus(
                            Types.DEPLOYMENT, deployment.resource().withStatus(status)));
        }
        revision.flatMap(this::note).ifPresent(actions::add);
        Plan plan = Plan.of(actions);
        if (waits) {
            return plan.againAfter(LOOK_AGAIN);
        }
        return progress.untilDeadline().map(plan::againAfter).orElse(plan);
    }

    /** Whatever the version: comes after the status, which must not be refused because of it. */
    private Optional<Action> note(long revision) {
        String text = Long.toString(revision);
        if (deployment.resource().annotation(ReplicaSet.REVISION).orElse("").equals(text)) {
            return Optional.empty();
        }
        JsonObject change =
                JsonObject.empty()
                        .withAt(Json.of(text), "metadata", "annotations", ReplicaSet.REVISION);
        return Optional.of(
                new Action.Change(
                        Types.DEPLOYMENT, deployment.resource().key(), Patch.merge(change)));
    }
}
