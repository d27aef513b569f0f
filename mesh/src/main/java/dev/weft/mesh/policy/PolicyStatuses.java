package dev.weft.mesh.policy;

import dev.weft.api.client.Query;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.control.Action;
import dev.weft.api.control.Controller;
import dev.weft.api.control.Informer;
import dev.weft.api.control.Observed;
import dev.weft.api.control.Plan;
import dev.weft.api.control.Surroundings;
import dev.weft.api.model.Condition;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import dev.weft.api.model.Types;
import dev.weft.mesh.intent.Source;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Tells in the status of each TrafficPolicy how it was taken. Set up and started by one thread;
 * ends with the scope.
 */
public final class PolicyStatuses {
    private static final String BY_SERVICE = "service";
    private static final Set<ResourceType> LEADING =
            Set.of(Types.HTTP_ROUTE, Types.GRPC_ROUTE, Types.TRAFFIC_SPLIT);

    private final Surroundings surroundings;
    private final Informer policies;
    private final Map<String, Informer> targets = new LinkedHashMap<>();
    private final Controller controller;

    public PolicyStatuses(Surroundings surroundings) {
        this.surroundings = surroundings;
        this.policies = new Informer(surroundings, Types.TRAFFIC_POLICY, Query.all());
        this.controller =
                new Controller(surroundings, "traffic-policy-controller", this::reconcile, 1)
                        .reconciling(policies);
        for (ResourceType type :
                List.of(
                        Types.SERVICE,
                        Types.GATEWAY,
                        Types.HTTP_ROUTE,
                        Types.GRPC_ROUTE,
                        Types.TRAFFIC_SPLIT)) {
            var informer = new Informer(surroundings, type, Query.all());
            informer.listen(this::targetSeen);
            if (LEADING.contains(type)) {
                informer.index(
                        BY_SERVICE,
                        it -> Uncounted.services(it).stream().map(Key::toString).toList());
            }
            targets.put(type.kind(), informer);
            controller.reading(informer);
        }
        policies.listen(it -> all(it.resource().namespace()));
    }

    public PolicyStatuses start() {
        controller.start();
        return this;
    }

    private void targetSeen(Observed observed) {
        boolean same =
                observed instanceof Observed.Changed(Resource before, Resource now)
                        && now.spec().equals(before.spec());
        if (!same) {
            all(observed.resource().namespace());
        }
    }

    private void all(String namespace) {
        policies.in(namespace).forEach(it -> controller.look(it.key()));
    }

    private Plan reconcile(Key key) {
        Optional<Resource> found = policies.find(key);
        if (found.isEmpty()) {
            return Plan.nothing();
        }
        JsonObject status = status(found.get());
        return found.get().status().equals(status)
                ? Plan.nothing()
                : Plan.of(
                        new Action.UpdateStatus(
                                Types.TRAFFIC_POLICY, found.get().withStatus(status)));
    }

    private JsonObject status(Resource policy) {
        List<String> invalid = TrafficPolicies.problems(policy);
        var each = new ArrayList<Json>();
        Said worst = new Said(true, "Accepted", "The policy is in force.");
        for (JsonObject target : policy.spec().array("targetRefs").objects()) {
            Said said =
                    invalid.isEmpty()
                            ? target(policy, target)
                            : new Said(false, "Invalid", String.join("; ", invalid));
            if (!said.holds && worst.holds) {
                worst = said;
            }
            each.add(
                    JsonObject.builder()
                            .put("targetRef", target)
                            .put("conditions", conditions(policy, before(policy, target), said))
                            .build());
        }
        List<String> uncounted = worst.holds ? Uncounted.of(policy, new Seen()) : List.of();
        JsonArray before = policy.status().array("conditions");
        var conditions = new ArrayList<>(conditions(policy, before, worst).items());
        if (!uncounted.isEmpty()) {
            var said = new Said(true, "DoesNotCount", String.join("; ", uncounted));
            conditions.add(condition(policy, before, "PartiallyInvalid", said));
        }
        return JsonObject.builder()
                .put("conditions", JsonArray.of(conditions))
                .put("targets", JsonArray.of(each))
                .build();
    }

    /** What the informers know. */
    private final class Seen implements Uncounted.Known {
        @Override
        public List<Resource> policies(String namespace) {
            return policies.in(namespace);
        }

        @Override
        public List<Resource> leadingTo(Key service) {
            return LEADING.stream()
                    .map(it -> Objects.requireNonNull(targets.get(it.kind())))
                    .flatMap(it -> it.by(BY_SERVICE, service.toString()).stream())
                    .toList();
        }
    }

    /** A verdict and why. */
    private record Said(boolean holds, String reason, String message) {}

    private Said target(Resource policy, JsonObject target) {
        String kind = target.text("kind").orElse("");
        Key key = new Key(policy.namespace(), target.text("name").orElse(""));
        Informer informer = targets.get(kind);
        Optional<Resource> found = informer == null ? Optional.empty() : informer.find(key);
        if (found.isEmpty()) {
            return new Said(false, "TargetNotFound", "there is no %s %s".formatted(kind, key));
        }
        Optional<String> section = Sections.missing(found.get(), target);
        if (section.isPresent()) {
            return new Said(false, "TargetNotFound", section.get());
        }
        Source mine = Source.of(policy);
        for (Resource other : policies.in(policy.namespace())) {
            if (Source.of(other).compareTo(mine) < 0
                    && TrafficPolicies.problems(other).isEmpty()
                    && other.spec().array("targetRefs").objects().contains(target)) {
                return new Said(
                        false,
                        "Conflicted",
                        "TrafficPolicy %s is older and has the same target".formatted(other.key()));
            }
        }
        return new Said(true, "Accepted", "The policy is in force.");
    }

    private static JsonArray before(Resource policy, JsonObject target) {
        return policy.status().array("targets").objects().stream()
                .filter(it -> it.object("targetRef").equals(target))
                .map(it -> it.array("conditions"))
                .findFirst()
                .orElse(JsonArray.empty());
    }

    private JsonArray conditions(Resource policy, JsonArray before, Said said) {
        boolean conflicted = said.reason.equals("Conflicted");
        return JsonArray.of(
                List.of(
                        condition(policy, before, "Accepted", said),
                        condition(
                                policy,
                                before,
                                "Conflicted",
                                new Said(
                                        conflicted,
                                        conflicted ? "Conflicted" : "NoConflicts",
                                        conflicted
                                                ? said.message
                                                : "No older policy has the target."))));
    }

    private JsonObject condition(Resource policy, JsonArray before, String type, Said said) {
        return Condition.of(type, said.holds, said.reason, said.message, surroundings.clock().now())
                .since(
                        before.objects().stream()
                                .map(Condition::new)
                                .filter(it -> it.type().equals(type))
                                .findFirst())
                .tree()
                .with("observedGeneration", policy.generation());
    }
}
