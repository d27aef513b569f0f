package dev.weft.machine.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.control.Plan;
import dev.weft.api.model.Condition;
import dev.weft.api.model.Deployment;
import dev.weft.api.model.Key;
import dev.weft.api.model.Pod;
import dev.weft.api.model.ReplicaSet;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import dev.weft.api.model.Types;
import dev.weft.foundation.chance.Chance;
import dev.weft.testkit.Seed;
import dev.weft.testkit.Seeds;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Deployments and replica sets against copies that lag, in random order. The invariants have names:
 * {@link #neverTooMany}, {@link #neverTooFew}, {@link #endsAsWanted}.
 */
@ExtendWith(Seeds.class)
class RolloutSimulationTest {
    private static final Key WEB = new Key("default", "web");
    private static final List<ResourceType> KINDS =
            List.of(Types.DEPLOYMENT, Types.REPLICA_SET, Types.POD);
    private static final Key AGENT = new Key("", "agent");
    private static final int ROUNDS = 20;

    private World world = new World(new Chance(0));
    private Chance chance = new Chance(0);
    private boolean crashes;

    @Test
    void aRollingUpdateKeepsItsBounds(Seed seed) {
        chance = seed.chance();
        for (int round = 0; round < ROUNDS; round++) {
            world = new World(chance.fork());
            crashes = false;
            Bounds bounds = begin();
            for (int change = 0; change < 3; change++) {
                user(
                        it ->
                                it.withAt(
                                        Json.of("web:" + chance.below(4)),
                                        "spec",
                                        "template",
                                        "metadata",
                                        "annotations",
                                        "build"));
                int steps = 20 + chance.below(300);
                for (int i = 0; i < steps; i++) {
                    step();
                    neverTooMany(bounds);
                    neverTooFew(bounds);
                }
            }
            settle();
            endsAsWanted();
        }
    }

    @Test
    void whateverHappensItEndsAsWanted(Seed seed) {
        chance = seed.chance();
        for (int round = 0; round < ROUNDS; round++) {
            world = new World(chance.fork());
            crashes = true;
            begin();
            for (int change = 0; change < 8; change++) {
                anything();
                int steps = chance.below(120);
                for (int i = 0; i < steps; i++) {
                    step();
                }
            }
            user(it -> it.withAt(Json.of(false), "spec", "paused"));
            settle();
            endsAsWanted();
        }
    }

    private Bounds begin() {
        int replicas = 1 + chance.below(9);
        Resource deployment =
                Manifests.deployment(replicas)
                        .withAt(amount(replicas), "spec", "strategy", "rollingUpdate", "maxSurge")
                        .withAt(
                                amount(replicas),
                                "spec",
                                "strategy",
                                "rollingUpdate",
                                "maxUnavailable");
        if (chance.percent(30)) {
            deployment = deployment.withAt(Json.of(2), "spec", "minReadySeconds");
        }
        world.create(AGENT, Types.DEPLOYMENT, deployment);
        boolean calm = crashes;
        crashes = false;
        settle();
        crashes = calm;
        endsAsWanted();
        return Bounds.of(new Deployment(deployment()));
    }

    private Json amount(int replicas) {
        return chance.percent(50)
                ? Json.of(chance.below(101) + "%")
                : Json.of(chance.below(replicas + 1));
    }

    private void anything() {
        switch (chance.below(6)) {
            case 0 -> user(it -> it.withAt(Json.of(chance.below(12)), "spec", "replicas"));
            case 1 -> user(it -> it.withAt(Json.of(chance.percent(50)), "spec", "paused"));
            case 2 ->
                    user(
                            it ->
                                    it.withAt(
                                            JsonObject.of("type", Json.of("Recreate")),
                                            "spec",
                                            "strategy"));
            case 3 -> world.truth(Types.POD).keySet().stream().findFirst().ifPresent(this::kill);
            default ->
                    user(
                            it ->
                                    it.withAt(
                                            Json.of("web:" + chance.below(5)),
                                            "spec",
                                            "template",
                                            "metadata",
                                            "annotations",
                                            "build"));
        }
    }

    private void kill(Key pod) {
        world.delete(Types.POD, pod);
    }

    private void user(UnaryOperator<Resource> change) {
        world.update(AGENT, Types.DEPLOYMENT, change.apply(deployment()), false);
    }

    private Resource deployment() {
        return Objects.requireNonNull(world.truth(Types.DEPLOYMENT).get(WEB));
    }

    private void step() {
        switch (chance.below(10)) {
            case 0, 1 -> deploy();
            case 2, 3 -> replicate();
            case 4, 5, 6 -> live();
            case 7 -> world.advance(Duration.ofMillis(300));
            default -> world.catchUp(chance.pick(KINDS), 1 + chance.below(4));
        }
    }

    private void deploy() {
        Resource seen = world.copy(Types.DEPLOYMENT).get(WEB);
        if (seen == null || !world.isCurrent(WEB)) {
            return;
        }
        List<ReplicaSet> sets =
                world.copy(Types.REPLICA_SET).values().stream().map(ReplicaSet::new).toList();
        Set<String> withPods =
                sets.stream()
                        .map(it -> it.resource().uid())
                        .filter(
                                uid ->
                                        podsOf(uid, world.copy(Types.POD).values()).stream()
                                                .anyMatch(it -> !it.isTerminal()))
                        .collect(Collectors.toSet());
        Plan plan =
                new Rollout(
                                new Deployment(seen),
                                sets,
                                withPods,
                                name ->
                                        Optional.ofNullable(
                                                world.copy(Types.REPLICA_SET)
                                                        .get(new Key("default", name))),
                                world.now())
                        .plan();
        world.execute(WEB, plan);
    }

    private void replicate() {
        List<Resource> sets = List.copyOf(world.copy(Types.REPLICA_SET).values());
        if (sets.isEmpty()) {
            return;
        }
        Resource set = chance.pick(sets);
        if (!world.isCurrent(set.key())) {
            return;
        }
        Plan plan =
                new Replication(
                                new ReplicaSet(set),
                                podsOf(set.uid(), world.copy(Types.POD).values()),
                                world.now())
                        .plan(() -> chance.letters(5));
        world.execute(set.key(), plan);
    }

    private static List<Pod> podsOf(String uid, Collection<Resource> pods) {
        return pods.stream()
                .filter(it -> it.controller().orElseThrow().uid().equals(uid))
                .map(Pod::new)
                .toList();
    }

    /** What the agent would do to one pod: start it, find it ready, end it. */
    private void live() {
        List<Resource> pods = List.copyOf(world.truth(Types.POD).values());
        if (pods.isEmpty()) {
            return;
        }
        Resource pod = chance.pick(pods);
        var view = new Pod(pod);
        if (pod.isDeleting()) {
            world.remove(AGENT, Types.POD, pod.key());
        } else if (pod.status().isEmpty()) {
            status(pod, "Running", false);
        } else if (!view.isReady()) {
            status(pod, "Running", true);
        } else if (crashes && chance.percent(10)) {
            status(pod, chance.percent(50) ? "Failed" : "Running", false);
        }
    }

    private void status(Resource pod, String phase, boolean ready) {
        if (new Pod(pod).isTerminal()) {
            return;
        }
        world.store(
                AGENT,
                Types.POD,
                pod.withAt(Json.of("node"), "spec", "nodeName")
                        .withStatus(World.podStatus(phase, ready, world.now())));
    }

    private void settle() {
        crashes = false;
        for (int i = 0; i < 3000; i++) {
            step();
        }
        for (int i = 0; i < 60; i++) {
            KINDS.forEach(kind -> world.catchUp(kind, Integer.MAX_VALUE));
            deploy();
            for (int j = 0; j < 10; j++) {
                replicate();
                live();
            }
            world.advance(Duration.ofSeconds(1));
        }
        KINDS.forEach(kind -> world.catchUp(kind, Integer.MAX_VALUE));
    }

    /** At no moment are there more pods that count than {@code replicas + maxSurge}. */
    private void neverTooMany(Bounds bounds) {
        long counting =
                world.truth(Types.POD).values().stream()
                        .filter(it -> new Pod(it).isActive())
                        .count();
        assertThat(counting)
                .as(() -> "pods that count, of\n" + picture())
                .isLessThanOrEqualTo(bounds.most());
    }

    /** Where no pod fails, there are always at least {@code replicas - maxUnavailable}. */
    private void neverTooFew(Bounds bounds) {
        Duration minReady = new Deployment(deployment()).minReady();
        long available =
                world.truth(Types.POD).values().stream()
                        .map(Pod::new)
                        .filter(it -> it.isActive() && it.isAvailable(minReady, world.now()))
                        .count();
        assertThat(available)
                .as(() -> "available pods, of\n" + picture())
                .isGreaterThanOrEqualTo(bounds.least());
    }

    private String picture() {
        var lines = new StringBuilder(deployment().spec().without("template") + "\n");
        world.truth(Types.REPLICA_SET)
                .values()
                .forEach(
                        it ->
                                lines.append(it.name() + " " + it.uid() + " wants ")
                                        .append(new ReplicaSet(it).replicas() + " ")
                                        .append(it.status() + "\n"));
        world.truth(Types.POD)
                .values()
                .forEach(
                        it ->
                                lines.append(it.name() + (it.isDeleting() ? " deleting " : " "))
                                        .append(it.status() + "\n"));
        world.told.stream()
                .skip(Math.max(0, world.told.size() - 30))
                .forEach(it -> lines.append(it + "\n"));
        return lines + "at " + world.now();
    }

    /** All pods are of the wanted template, ready, as many as wanted, and the status says so. */
    private void endsAsWanted() {
        var deployment = new Deployment(deployment());
        List<Pod> pods =
                world.truth(Types.POD).values().stream()
                        .map(Pod::new)
                        .filter(Pod::isActive)
                        .toList();
        assertThat(pods).as(this::picture).hasSize(deployment.replicas()).allMatch(Pod::isReady);
        Revisions revisions =
                Revisions.of(
                        deployment,
                        world.truth(Types.REPLICA_SET).values().stream()
                                .map(ReplicaSet::new)
                                .toList());
        String current = revisions.current().map(it -> it.resource().uid()).orElseThrow();
        assertThat(pods)
                .allMatch(it -> it.resource().controller().orElseThrow().uid().equals(current));
        JsonObject status = deployment.resource().status();
        assertThat(deployment.observedGeneration()).isEqualTo(deployment.resource().generation());
        assertThat(status.whole("replicas").orElse(0L)).isEqualTo(deployment.replicas());
        assertThat(deployment.updatedReplicas()).isEqualTo(deployment.replicas());
        assertThat(deployment.availableReplicas()).isEqualTo(deployment.replicas());
        assertThat(status.has("unavailableReplicas")).isFalse();
        assertThat(deployment.resource().condition("Available").filter(Condition::isTrue))
                .isPresent();
        assertThat(deployment.resource().condition("Progressing").map(Condition::reason))
                .contains("NewReplicaSetAvailable");
        assertThat(deployment.resource().annotation(ReplicaSet.REVISION))
                .contains(Long.toString(revisions.number()));
    }
}
