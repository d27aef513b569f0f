package dev.weft.dialects.gatewayapi;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import dev.weft.dialects.gatewayapi.rule.Problem;
import dev.weft.dialects.gatewayapi.rule.RouteSort;
import dev.weft.dialects.gatewayapi.rule.Words;
import dev.weft.mesh.intent.Source;
import dev.weft.mesh.intent.Trust;
import dev.weft.mesh.intent.World;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** BackendTLSPolicies: what they want, and how they were taken. Pure. */
final class TlsPolicies {
    private static final int ANCESTORS_MAX = 16;

    /** No object has such a name. */
    private static final String NEVER_THERE = "";

    private TlsPolicies() {}

    static List<Trust> read(Resource policy) {
        JsonObject validation = policy.spec().object("validation");
        String hostname = validation.text("hostname").orElse("");
        if (hostname.isEmpty()) {
            return List.of();
        }
        List<Key> authorities =
                validation.array("caCertificateRefs").objects().stream()
                        .map(it -> authority(it, policy.namespace()))
                        .toList();
        if (authorities.isEmpty() && !isSystem(validation)) {
            authorities = List.of(new Key(policy.namespace(), NEVER_THERE));
        }
        List<Key> signers = authorities;
        Set<String> names = new LinkedHashSet<>();
        for (JsonObject name : validation.array("subjectAltNames").objects()) {
            name.text("hostname").or(() -> name.text("uri")).ifPresent(names::add);
        }
        return targets(policy).stream()
                .map(
                        it ->
                                new Trust(
                                        Source.of(policy),
                                        new Key(policy.namespace(), it.text("name").orElse("")),
                                        it.text("sectionName").orElse(""),
                                        hostname,
                                        signers,
                                        names))
                .toList();
    }

    /** One of another kind is one that is never there, so that nothing is sent in clear. */
    private static Key authority(JsonObject ref, String namespace) {
        return new Key(
                namespace,
                Words.isKind(ref, "ConfigMap") ? ref.text("name").orElse("") : NEVER_THERE);
    }

    private static boolean isSystem(JsonObject validation) {
        return validation.text("wellKnownCACertificates").orElse("").equals("System");
    }

    /** Where it asks for a set of authorities that only somebody else knows. */
    private static Optional<Problem> unknownSet(Resource policy) {
        JsonObject validation = policy.spec().object("validation");
        return validation
                .text("wellKnownCACertificates")
                .filter(it -> !it.isEmpty() && !isSystem(validation))
                .map(
                        it ->
                                new Problem(
                                        "Invalid",
                                        "validation.wellKnownCACertificates: %s (expected: System)"
                                                .formatted(it)));
    }

    /** The Services that a policy is for. */
    static List<Key> services(Resource policy) {
        return targets(policy).stream()
                .map(it -> new Key(policy.namespace(), it.text("name").orElse("")))
                .toList();
    }

    private static List<JsonObject> targets(Resource policy) {
        return policy.spec().array("targetRefs").objects().stream()
                .filter(it -> Words.isKind(it, "Service"))
                .toList();
    }

    static JsonObject status(Resource policy, Gateways gateways, World world, Instant now) {
        Optional<Problem> unresolved = unresolved(policy, world);
        Optional<Problem> refused =
                missing(policy, world)
                        .or(() -> conflict(policy, world))
                        .or(() -> unknownSet(policy))
                        .or(
                                () ->
                                        noAuthority(policy, world)
                                                .map(
                                                        it ->
                                                                new Problem(
                                                                        "NoValidCACertificate",
                                                                        it.message())));
        var ancestors = new ArrayList<Json>();
        for (JsonObject other : policy.status().array("ancestors").objects()) {
            if (!other.text("controllerName").orElse("").equals(Words.CONTROLLER)) {
                ancestors.add(other);
            }
        }
        for (Key gateway : gateways(policy, gateways, world)) {
            JsonObject ref =
                    JsonObject.builder()
                            .put("group", Words.GROUP)
                            .put("kind", "Gateway")
                            .put("namespace", gateway.namespace())
                            .put("name", gateway.name())
                            .build();
            JsonArray before =
                    policy.status().array("ancestors").objects().stream()
                            .filter(it -> it.object("ancestorRef").equals(ref))
                            .map(it -> it.array("conditions"))
                            .findFirst()
                            .orElse(JsonArray.empty());
            var conditions =
                    new Conditions(before, policy.generation(), now)
                            .unless(refused, "Accepted", "Accepted", "The policy is in force.")
                            .unless(
                                    unresolved,
                                    "ResolvedRefs",
                                    "ResolvedRefs",
                                    "The authorities are there.");
            if (ancestors.size() < ANCESTORS_MAX) {
                ancestors.add(
                        JsonObject.builder()
                                .put("ancestorRef", ref)
                                .put("controllerName", Words.CONTROLLER)
                                .put("conditions", conditions.list())
                                .build());
            }
        }
        return JsonObject.of("ancestors", JsonArray.of(ancestors));
    }

    static Optional<Problem> unresolved(Resource policy, World world) {
        return problems(policy, world).stream().findFirst();
    }

    /** Where all authorities that are named are no good. */
    private static Optional<Problem> noAuthority(Resource policy, World world) {
        List<Problem> problems = problems(policy, world);
        int named = policy.spec().object("validation").array("caCertificateRefs").size();
        return problems.size() < named ? Optional.empty() : problems.stream().findFirst();
    }

    private static List<Problem> problems(Resource policy, World world) {
        JsonObject validation = policy.spec().object("validation");
        var problems = new ArrayList<Problem>();
        int index = 0;
        for (JsonObject ref : validation.array("caCertificateRefs").objects()) {
            String at = "validation.caCertificateRefs[" + index++ + "]";
            if (!Words.isKind(ref, "ConfigMap")) {
                problems.add(
                        new Problem(
                                "InvalidKind",
                                "%s: %s (expected: a ConfigMap)"
                                        .formatted(at, ref.text("kind").orElse(""))));
                continue;
            }
            Key key = new Key(policy.namespace(), ref.text("name").orElse(""));
            Certificates.authority(key, at, world)
                    .ifPresent(it -> problems.add(new Problem("InvalidCACertificateRef", it)));
        }
        return problems;
    }

    static Optional<Problem> missing(Resource policy, World world) {
        for (JsonObject target : policy.spec().array("targetRefs").objects()) {
            Key key = new Key(policy.namespace(), target.text("name").orElse(""));
            if (!Words.isKind(target, "Service") || world.find(Types.SERVICE, key).isEmpty()) {
                return Optional.of(
                        new Problem("TargetNotFound", "targetRefs: there is no Service " + key));
            }
        }
        return Optional.empty();
    }

    static Optional<Problem> conflict(Resource policy, World world) {
        Source mine = Source.of(policy);
        for (Resource other : world.all(Types.BACKEND_TLS_POLICY)) {
            if (other.namespace().equals(policy.namespace())
                    && targets(other).stream().anyMatch(targets(policy)::contains)
                    && Source.of(other).compareTo(mine) < 0) {
                return Optional.of(
                        new Problem(
                                "Conflicted",
                                "BackendTLSPolicy %s is older and has the same target"
                                        .formatted(other.key())));
            }
        }
        return Optional.empty();
    }

    /** The Gateways through which the Services are reached: the edge reaches each of them. */
    private static Set<Key> gateways(Resource policy, Gateways gateways, World world) {
        var keys = new LinkedHashSet<Key>();
        if (gateways.at(Words.EDGE).isPresent()) {
            keys.add(Words.EDGE);
        }
        for (RouteSort sort : RouteSort.values()) {
            for (Resource route : world.all(sort.type())) {
                if (names(route, policy)) {
                    ParentRef.of(route).stream()
                            .filter(ParentRef::isGateway)
                            .map(ParentRef::key)
                            .filter(it -> gateways.at(it).isPresent())
                            .forEach(keys::add);
                }
            }
        }
        return keys;
    }

    private static boolean names(Resource route, Resource policy) {
        return route.spec().array("rules").objects().stream()
                .flatMap(it -> it.array("backendRefs").objects().stream())
                .filter(
                        it ->
                                it.text("namespace")
                                        .orElse(route.namespace())
                                        .equals(policy.namespace()))
                .anyMatch(
                        it ->
                                targets(policy).stream()
                                        .anyMatch(
                                                target ->
                                                        target.text("name")
                                                                .equals(it.text("name"))));
    }
}
