package dev.weft.mesh.outbound;

import dev.weft.api.client.Query;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.control.Action;
import dev.weft.api.control.Controller;
import dev.weft.api.control.Informer;
import dev.weft.api.control.Plan;
import dev.weft.api.control.Surroundings;
import dev.weft.api.model.Condition;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import java.util.List;
import java.util.Optional;

/**
 * Tells in the status of each OutboundPolicy whether it is in force. Set up and started by one
 * thread; ends with the scope.
 */
public final class OutboundStatuses {
    private static final String ACCEPTED = "Accepted";

    private final Surroundings surroundings;
    private final Informer policies;
    private final Controller controller;

    public OutboundStatuses(Surroundings surroundings) {
        this.surroundings = surroundings;
        this.policies = new Informer(surroundings, Types.OUTBOUND_POLICY, Query.all());
        this.controller =
                new Controller(surroundings, "outbound-policy-controller", this::reconcile, 1)
                        .reconciling(policies);
    }

    public OutboundStatuses start() {
        controller.start();
        return this;
    }

    private Plan reconcile(Key key) {
        Optional<Resource> found = policies.find(key);
        if (found.isEmpty()) {
            return Plan.nothing();
        }
        Resource policy = found.get();
        JsonObject status = status(policy);
        return policy.status().equals(status)
                ? Plan.nothing()
                : Plan.of(
                        new Action.UpdateStatus(Types.OUTBOUND_POLICY, policy.withStatus(status)));
    }

    private JsonObject status(Resource policy) {
        List<String> problems = OutboundPolicies.problems(policy);
        boolean holds = problems.isEmpty();
        Optional<Condition> before =
                policy.status().array("conditions").objects().stream()
                        .map(Condition::new)
                        .filter(it -> it.type().equals(ACCEPTED))
                        .findFirst();
        JsonObject accepted =
                Condition.of(
                                ACCEPTED,
                                holds,
                                holds ? ACCEPTED : "Invalid",
                                holds ? "The policy is in force." : String.join("; ", problems),
                                surroundings.clock().now())
                        .since(before)
                        .tree()
                        .with("observedGeneration", policy.generation());
        return JsonObject.builder().put("conditions", JsonArray.of(List.of(accepted))).build();
    }
}
