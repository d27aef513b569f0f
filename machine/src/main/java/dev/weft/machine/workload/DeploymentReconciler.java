package dev.weft.machine.workload;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Reason;
import dev.weft.api.control.Action;
import dev.weft.api.control.Controller;
import dev.weft.api.control.Informer;
import dev.weft.api.control.Plan;
import dev.weft.api.control.Reconciler;
import dev.weft.api.control.Surroundings;
import dev.weft.api.model.Deployment;
import dev.weft.api.model.Key;
import dev.weft.api.model.Pod;
import dev.weft.api.model.ReplicaSet;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import dev.weft.foundation.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Moves Deployments from one template to the next, by way of replica sets. Any thread. */
final class DeploymentReconciler implements Reconciler {
    private final Informer deployments;
    private final Informer sets;
    private final Informer pods;
    private final Reach reach;
    private final Clock clock;

    DeploymentReconciler(Copies copies, Reach reach, Clock clock) {
        this.reach = reach;
        this.deployments = copies.of(Types.DEPLOYMENT);
        this.sets = copies.of(Types.REPLICA_SET);
        this.pods = copies.of(Types.POD);
        this.clock = clock;
    }

    Controller controller(Surroundings surroundings) {
        return new Controller(surroundings, "deployment-controller", this, 2)
                .reconciling(deployments)
                .watching(
                        sets,
                        it ->
                                Copies.concerned(
                                        it, deployments, one -> new Deployment(one).selector()))
                .watching(pods, this::recreated);
    }

    @Override
    public Plan reconcile(Key key) {
        Optional<Resource> found = deployments.find(key);
        if (found.isEmpty()) {
            return Plan.nothing();
        }
        Resource resource = found.get();
        var deployment = new Deployment(resource);
        List<Resource> owned = List.of();
        if (!deployment.selector().isEmpty()) {
            Claim claim =
                    Claim.of(
                            Types.DEPLOYMENT,
                            resource,
                            deployment.selector(),
                            Types.REPLICA_SET,
                            Copies.candidates(sets, resource));
            if (!claim.actions().isEmpty()) {
                return Plan.of(claim.actions());
            }
            owned = claim.owned();
        }
        Set<String> withPods =
                owned.stream()
                        .filter(this::hasPods)
                        .map(Resource::uid)
                        .collect(Collectors.toUnmodifiableSet());
        return new Rollout(
                        deployment,
                        owned.stream().map(ReplicaSet::new).toList(),
                        withPods,
                        name -> taken(new Key(key.namespace(), name)),
                        clock.now())
                .plan();
    }

    /** A name that the copy shows as taken is asked for again: by whom, the copy may not know. */
    private Optional<Resource> taken(Key set) {
        return sets.find(set).flatMap(it -> reach.get(Types.REPLICA_SET, set));
    }

    @Override
    public Plan refused(Key key, Action action, ApiException why) {
        // A name that is taken without the copy showing it is looked at again when it does.
        if (!(action instanceof Action.Create create) || why.is(Reason.ALREADY_EXISTS)) {
            return Plan.nothing();
        }
        return deployments
                .find(key)
                .map(
                        it ->
                                new Progress(new Deployment(it), clock.now())
                                        .refused(create.resource().name(), why.getMessage()))
                .orElse(Plan.nothing());
    }

    private boolean hasPods(Resource set) {
        return pods.controlledBy(set).stream().anyMatch(it -> !new Pod(it).isTerminal());
    }

    /** The Deployment that waits for a pod to end, before it begins others. */
    private List<Key> recreated(Resource pod) {
        return pod
                .controller()
                .flatMap(it -> sets.find(new Key(pod.namespace(), it.name())))
                .flatMap(Resource::controller)
                .flatMap(it -> deployments.find(new Key(pod.namespace(), it.name())))
                .filter(it -> new Deployment(it).strategy() instanceof Deployment.Strategy.Recreate)
                .map(Resource::key)
                .stream()
                .toList();
    }
}
