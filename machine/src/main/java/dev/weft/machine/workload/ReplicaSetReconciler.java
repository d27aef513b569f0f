package dev.weft.machine.workload;

import dev.weft.api.client.ApiException;
import dev.weft.api.control.Action;
import dev.weft.api.control.Controller;
import dev.weft.api.control.Informer;
import dev.weft.api.control.Plan;
import dev.weft.api.control.Reconciler;
import dev.weft.api.control.Surroundings;
import dev.weft.api.model.Key;
import dev.weft.api.model.LabelSelector;
import dev.weft.api.model.Pod;
import dev.weft.api.model.ReplicaSet;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import dev.weft.foundation.chance.Chance;
import dev.weft.foundation.time.Clock;
import java.util.List;
import java.util.Optional;

/** Keeps as many pods of each replica set's template as it wants. Any thread. */
final class ReplicaSetReconciler implements Reconciler {
    private static final int LETTERS = 5;

    private final Informer sets;
    private final Informer pods;
    private final Clock clock;
    private final Chance chance;

    ReplicaSetReconciler(Copies copies, Clock clock, Chance chance) {
        this.sets = copies.of(Types.REPLICA_SET);
        this.pods = copies.of(Types.POD);
        this.clock = clock;
        this.chance = chance;
    }

    Controller controller(Surroundings surroundings) {
        return new Controller(surroundings, "replicaset-controller", this, 4)
                .reconciling(sets)
                .watching(
                        pods,
                        it -> Copies.concerned(it, sets, one -> new ReplicaSet(one).selector()));
    }

    @Override
    public Plan reconcile(Key key) {
        Optional<Resource> found = sets.find(key);
        if (found.isEmpty()) {
            return Plan.nothing();
        }
        Resource resource = found.get();
        LabelSelector selector = new ReplicaSet(resource).selector();
        Claim claim =
                Claim.of(Types.REPLICA_SET, resource, selector, Types.POD, candidates(resource));
        if (!claim.actions().isEmpty()) {
            return Plan.of(claim.actions());
        }
        List<Pod> owned = claim.owned().stream().map(Pod::new).toList();
        return new Replication(new ReplicaSet(resource), owned, clock.now())
                .plan(() -> chance.letters(LETTERS));
    }

    @Override
    public Plan refused(Key key, Action action, ApiException why) {
        Optional<String> reason =
                switch (action) {
                    case Action.Create create -> Optional.of("FailedCreate");
                    case Action.Delete delete -> Optional.of("FailedDelete");
                    case Action.Update update -> Optional.empty();
                    case Action.UpdateStatus update -> Optional.empty();
                    case Action.Change change -> Optional.empty();
                    case Action.FinalizeNamespace it -> Optional.empty();
                    case Action.Tell tell -> Optional.empty();
                };
        Optional<Resource> set = sets.find(key);
        if (reason.isEmpty() || set.isEmpty()) {
            return Plan.nothing();
        }
        List<Pod> owned = pods.controlledBy(set.get()).stream().map(Pod::new).toList();
        return new Replication(new ReplicaSet(set.get()), owned, clock.now())
                .refused(reason.get(), String.valueOf(why.getMessage()));
    }

    /** Pods that have ended are left with whomever they belong to. */
    private List<Resource> candidates(Resource set) {
        return Copies.candidates(pods, set).stream()
                .filter(it -> it.controller().isPresent() || new Pod(it).isActive())
                .toList();
    }
}
