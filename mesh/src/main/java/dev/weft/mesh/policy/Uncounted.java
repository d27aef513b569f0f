package dev.weft.mesh.policy;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.mesh.intent.Source;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where something that a policy asks for does not count. What a Service's policy asks for requests
 * as a whole cannot be held below the choice among several Services: there it counts only where all
 * of them ask for the same. Pure.
 */
final class Uncounted {
    /** What is decided before a backend is chosen. */
    private static final List<List<String>> OF_THE_WHOLE =
            List.of(
                    List.of("retry"),
                    List.of("retryBudget"),
                    List.of("cors"),
                    List.of("accessLog"),
                    List.of("tracing"),
                    List.of("timeouts", "request"));

    private Uncounted() {}

    /** What is looked up. */
    interface Known {
        /** The policies of a namespace. */
        List<Resource> policies(String namespace);

        /** Routes and splits that lead to a Service. */
        List<Resource> leadingTo(Key service);
    }

    /** What of a policy does not count, and where. */
    static List<String> of(Resource policy, Known known) {
        var sentences = new LinkedHashSet<String>();
        for (JsonObject target : policy.spec().array("targetRefs").objects()) {
            Key key = new Key(policy.namespace(), target.text("name").orElse(""));
            if (target.text("kind").orElse("").equals("Service")) {
                for (Resource route : known.leadingTo(key)) {
                    sentences.addAll(among(policy, key, route, known));
                }
            }
        }
        return List.copyOf(sentences);
    }

    private static List<String> among(Resource policy, Key service, Resource route, Known known) {
        var sentences = new ArrayList<String>();
        int index = 0;
        for (JsonObject rule : rules(route)) {
            String at = rule.has("backends") ? "" : ", rules[%d]".formatted(index++);
            Set<Key> all = services(route, rule);
            if (all.contains(service)) {
                for (List<String> field : differing(policy, service, all, known)) {
                    sentences.add(
                            "spec.%s: does not count where %s %s%s shares requests among several Services that do not ask for the same; give it to the route"
                                    .formatted(
                                            String.join(".", field),
                                            route.kind(),
                                            route.key(),
                                            at));
                }
            }
        }
        return sentences;
    }

    /** What of the policies of its Services does not count for a route or a split. */
    static List<String> forRoute(Resource route, Known known) {
        var sentences = new LinkedHashSet<String>();
        int index = 0;
        for (JsonObject rule : rules(route)) {
            String at =
                    rule.has("backends")
                            ? "spec.backends"
                            : "spec.rules[%d].backendRefs".formatted(index++);
            Set<Key> all = services(route, rule);
            for (Key service : all) {
                Resource policy = inForce(service, known);
                if (policy != null) {
                    for (List<String> field : differing(policy, service, all, known)) {
                        sentences.add(
                                "%s: %s of TrafficPolicy %s for Service %s does not count among several Services that do not ask for the same"
                                        .formatted(
                                                at,
                                                String.join(".", field),
                                                policy.key(),
                                                service));
                    }
                }
            }
        }
        return List.copyOf(sentences);
    }

    /** The Services that a route or a split leads to. */
    static Set<Key> services(Resource route) {
        JsonArray rules = route.spec().array("rules");
        if (rules.isEmpty()) {
            return read(route).services;
        }
        Named known = rules.derived(Named.class, it -> read(route));
        return (known.namespace.equals(route.namespace()) ? known : read(route)).services;
    }

    /** What is read of a route's rules as long as they stay the same object. */
    private record Named(String namespace, Set<Key> services) {}

    private static Named read(Resource route) {
        var all = new LinkedHashSet<Key>();
        rules(route).forEach(it -> all.addAll(services(route, it)));
        return new Named(route.namespace(), Collections.unmodifiableSet(all));
    }

    private static List<JsonObject> rules(Resource route) {
        return route.spec().has("backends")
                ? List.of(route.spec())
                : route.spec().array("rules").objects();
    }

    private static Set<Key> services(Resource route, JsonObject rule) {
        var all = new LinkedHashSet<Key>();
        for (JsonObject ref : rule.array("backendRefs").objects()) {
            if (ref.text("kind").orElse("Service").equals("Service")
                    && ref.whole("weight").orElse(1L) > 0) {
                all.add(
                        new Key(
                                ref.text("namespace").orElse(route.namespace()),
                                ref.text("name").orElse("")));
            }
        }
        for (JsonObject share : rule.array("backends").objects()) {
            String name = share.text("service").orElse("");
            int dot = name.indexOf('.');
            all.add(new Key(route.namespace(), dot < 0 ? name : name.substring(0, dot)));
        }
        return all;
    }

    private static List<List<String>> differing(
            Resource policy, Key service, Set<Key> all, Known known) {
        return OF_THE_WHOLE.stream()
                .filter(it -> value(policy, it).isPresent())
                .filter(
                        it ->
                                all.stream()
                                        .filter(other -> !other.equals(service))
                                        .anyMatch(other -> !isSame(policy, other, it, known)))
                .toList();
    }

    private static boolean isSame(Resource policy, Key other, List<String> field, Known known) {
        Resource theirs = inForce(other, known);
        return theirs != null && Objects.equals(value(theirs, field), value(policy, field));
    }

    private static Optional<Json> value(Resource policy, List<String> field) {
        JsonObject tree = policy.spec();
        for (String name : field.subList(0, field.size() - 1)) {
            tree = tree.object(name);
        }
        return tree.field(field.getLast());
    }

    /** The policy that counts for a Service: the oldest of those that can be carried out. */
    private static @Nullable Resource inForce(Key service, Known known) {
        return known.policies(service.namespace()).stream()
                .filter(it -> names(it, service.name()))
                .filter(it -> TrafficPolicies.problems(it).isEmpty())
                .min((a, b) -> Source.of(a).compareTo(Source.of(b)))
                .orElse(null);
    }

    private static boolean names(Resource policy, String service) {
        return policy.spec().array("targetRefs").objects().stream()
                .anyMatch(
                        it ->
                                it.text("kind").orElse("").equals("Service")
                                        && it.text("name").orElse("").equals(service));
    }
}
