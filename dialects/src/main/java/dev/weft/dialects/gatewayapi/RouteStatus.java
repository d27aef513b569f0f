package dev.weft.dialects.gatewayapi;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Resource;
import dev.weft.dialects.gatewayapi.rule.BackendRefs;
import dev.weft.dialects.gatewayapi.rule.Findings;
import dev.weft.dialects.gatewayapi.rule.Problem;
import dev.weft.dialects.gatewayapi.rule.RouteSort;
import dev.weft.dialects.gatewayapi.rule.Rules;
import dev.weft.dialects.gatewayapi.rule.Words;
import dev.weft.mesh.intent.World;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The status of a route: how each of its parents has taken it. Pure. */
final class RouteStatus {
    private RouteStatus() {}

    static JsonObject of(
            Resource route, RouteSort sort, Gateways gateways, World world, Instant now) {
        var parents = new ArrayList<Json>();
        for (JsonObject other : route.status().array("parents").objects()) {
            if (!other.text("controllerName").orElse("").equals(Words.CONTROLLER)) {
                parents.add(other);
            }
        }
        var findings = new Findings();
        var rules = new Rules(route, sort, List.of(), world, findings);
        rules.read();
        List<Problem> references = new ArrayList<>(findings.references());
        references.addAll(BackendRefs.missing(route, sort, world));
        var seen = new ArrayList<JsonObject>();
        for (ParentRef parent : ParentRef.of(route)) {
            if (seen.contains(parent.tree())) {
                continue;
            }
            seen.add(parent.tree());
            Attachment attachment = Attachment.of(route, sort, parent, gateways, world);
            if (attachment instanceof Attachment.Foreign) {
                continue;
            }
            Optional<Problem> refused =
                    attachment instanceof Attachment.Refused it
                            ? Optional.of(it.problem())
                            : rules.isWhollyBroken() ? joined(findings.values()) : Optional.empty();
            JsonArray before = before(route, parent);
            var conditions =
                    new Conditions(before, route.generation(), now)
                            .unless(refused, "Accepted", "Accepted", inForce(route, parent))
                            .unless(
                                    joined(references),
                                    "ResolvedRefs",
                                    "ResolvedRefs",
                                    "Every backend is there.");
            if (refused.isEmpty() && !findings.values().isEmpty()) {
                Problem some = joined(findings.values()).orElseThrow();
                // the words by which the API tells that rules are not carried out
                String message =
                        some.message().startsWith("Dropped Rule")
                                ? some.message()
                                : "Dropped Rule " + some.message() + "; it is answered 500";
                conditions.with("PartiallyInvalid", true, some.reason(), message);
            }
            parents.add(
                    JsonObject.builder()
                            .put("parentRef", parent.tree())
                            .put("controllerName", Words.CONTROLLER)
                            .put("conditions", conditions.list())
                            .build());
        }
        return JsonObject.of("parents", JsonArray.of(parents));
    }

    private static String inForce(Resource route, ParentRef parent) {
        String callers = Attachment.callers(route, parent);
        return callers.isEmpty()
                ? "The route is in force."
                : "The route is in force for calls from pods of namespace %s, which are known by the address that they connect from: a process that does not bind to its pod's address (HOST) calls as nobody."
                        .formatted(callers);
    }

    private static JsonArray before(Resource route, ParentRef parent) {
        return route.status().array("parents").objects().stream()
                .filter(it -> it.object("parentRef").equals(parent.tree()))
                .filter(it -> it.text("controllerName").orElse("").equals(Words.CONTROLLER))
                .map(it -> it.array("conditions"))
                .findFirst()
                .orElse(JsonArray.empty());
    }

    /** The first reason, and what is to be said of all of them. */
    static Optional<Problem> joined(List<Problem> problems) {
        if (problems.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new Problem(
                        problems.getFirst().reason(),
                        problems.stream()
                                .map(Problem::message)
                                .distinct()
                                .limit(8)
                                .collect(Collectors.joining("; "))));
    }
}
