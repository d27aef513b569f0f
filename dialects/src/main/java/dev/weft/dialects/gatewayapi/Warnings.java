package dev.weft.dialects.gatewayapi;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import dev.weft.api.model.Types;
import dev.weft.dialects.gatewayapi.rule.BackendRefs;
import dev.weft.dialects.gatewayapi.rule.Findings;
import dev.weft.dialects.gatewayapi.rule.RouteSort;
import dev.weft.dialects.gatewayapi.rule.Rules;
import dev.weft.mesh.intent.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What whoever applies an object of the Gateway API should know at once, though the object is taken
 * as it is: what is not there yet, what leads nowhere, what has no effect here. Pure; any thread.
 */
public final class Warnings {
    private Warnings() {}

    /** The kinds of which something can be said. */
    public static List<ResourceType> types() {
        var types =
                new ArrayList<>(
                        List.of(Types.GATEWAY_CLASS, Types.GATEWAY, Types.BACKEND_TLS_POLICY));
        for (RouteSort sort : RouteSort.values()) {
            types.add(sort.type());
        }
        return List.copyOf(types);
    }

    public static List<String> of(Resource resource, World world) {
        var warnings = new ArrayList<String>();
        switch (resource.kind()) {
            case "GatewayClass" -> {
                if (Gateways.isOurClass(resource) && resource.spec().has("parametersRef")) {
                    warnings.add("spec.parametersRef: Weft has no parameters (expected: none)");
                }
            }
            case "Gateway" -> gateway(resource, world, warnings);
            case "BackendTLSPolicy" -> policy(resource, world, warnings);
            default ->
                    RouteSort.named(JsonObject.of("kind", Json.of(resource.kind())))
                            .forEach(it -> route(resource, it, world, warnings));
        }
        return warnings;
    }

    private static void gateway(Resource gateway, World world, List<String> warnings) {
        if (!Gateways.isOurs(gateway, world)) {
            String name = gateway.spec().text("gatewayClassName").orElse("");
            boolean known =
                    world.all(Types.GATEWAY_CLASS).stream().anyMatch(it -> it.name().equals(name));
            if (!known) {
                warnings.add("spec.gatewayClassName: there is no GatewayClass " + name);
            }
            return;
        }
        SilentFields.ofGateway(gateway.spec(), warnings);
        Certificates.shown(gateway, world).ifPresent(it -> warnings.add("spec." + it.message()));
        for (Door door : Door.of(gateway)) {
            String at = "spec.listeners[%d].".formatted(Door.of(gateway).indexOf(door));
            Certificates.ofListener(door, world).forEach(it -> warnings.add(at + it.message()));
            if (door.protocol().isPresent() && !door.strangeKinds().isEmpty()) {
                warnings.add(
                        "%sallowedRoutes.kinds: %s cannot attach to %s"
                                .formatted(at, door.strangeKinds(), door.protocol().orElseThrow()));
            }
        }
    }

    private static void policy(Resource policy, World world, List<String> warnings) {
        TlsPolicies.missing(policy, world).ifPresent(it -> warnings.add("spec." + it.message()));
        TlsPolicies.unresolved(policy, world).ifPresent(it -> warnings.add("spec." + it.message()));
        TlsPolicies.conflict(policy, world)
                .ifPresent(it -> warnings.add("spec.targetRefs: " + it.message()));
        SilentFields.unknown(policy.spec(), "spec.options", warnings, "options");
    }

    private static void route(Resource route, RouteSort sort, World world, List<String> warnings) {
        parents(route, sort, world, warnings);
        var findings = new Findings();
        new Rules(route, sort, List.of(), world, findings).read();
        warnings.addAll(findings.warnings());
        findings.references().forEach(it -> warnings.add("spec." + it.message()));
        BackendRefs.missing(route, sort, world).forEach(it -> warnings.add("spec." + it.message()));
        SilentFields.ofRoute(route.spec(), warnings);
        int index = 0;
        for (JsonObject rule : route.spec().array("rules").objects()) {
            rule(rule, "spec.rules[" + index++ + "]", warnings);
        }
    }

    private static void parents(
            Resource route, RouteSort sort, World world, List<String> warnings) {
        Gateways gateways = Gateways.of(world);
        int index = 0;
        for (ParentRef parent : ParentRef.of(route)) {
            String at = "spec.parentRefs[" + index++ + "]";
            said(Attachment.of(route, sort, parent, gateways, world), parent)
                    .ifPresent(it -> warnings.add(at + ": " + it));
        }
    }

    private static Optional<String> said(Attachment attachment, ParentRef parent) {
        return switch (attachment) {
            case Attachment.Attached attached -> Optional.empty();
            case Attachment.Refused refused -> Optional.of(refused.problem().message());
            case Attachment.Foreign foreign ->
                    parent.isGateway()
                            ? Optional.empty()
                            : Optional.of(
                                    "%s is not Weft's to carry out (expected: a Gateway or a Service)"
                                            .formatted(parent.kind()));
        };
    }

    private static void rule(JsonObject rule, String at, List<String> warnings) {
        List<JsonObject> refs = rule.array("backendRefs").objects();
        if (!refs.isEmpty() && refs.stream().allMatch(it -> it.whole("weight").orElse(1L) == 0)) {
            warnings.add(at + ".backendRefs: every weight is 0, so all of it is answered 500");
        }
        boolean redirects =
                rule.array("filters").objects().stream().anyMatch(it -> it.has("requestRedirect"));
        if (refs.isEmpty() && !redirects) {
            warnings.add(at + ".backendRefs: none, so all of it is answered 500");
        }
    }
}
