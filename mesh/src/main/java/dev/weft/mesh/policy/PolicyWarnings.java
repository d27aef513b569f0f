package dev.weft.mesh.policy;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import dev.weft.api.model.Types;
import dev.weft.mesh.intent.Source;
import dev.weft.mesh.intent.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What whoever applies a TrafficPolicy should know at once, though it is taken as it is. Pure; any
 * thread.
 */
public final class PolicyWarnings {
    private static final Map<String, ResourceType> TARGETS =
            Map.of(
                    "Service", Types.SERVICE,
                    "Gateway", Types.GATEWAY,
                    "HTTPRoute", Types.HTTP_ROUTE,
                    "GRPCRoute", Types.GRPC_ROUTE);

    private PolicyWarnings() {}

    public static List<String> of(Resource policy, World world) {
        var warnings = new ArrayList<String>();
        TrafficPolicies.problems(policy)
                .forEach(it -> warnings.add(it + "; the policy is not carried out"));
        int index = 0;
        for (JsonObject target : policy.spec().array("targetRefs").objects()) {
            String at = "spec.targetRefs[" + index++ + "]";
            target(policy, target, world).ifPresent(it -> warnings.add(at + ": " + it));
        }
        if (TrafficPolicies.problems(policy).isEmpty()) {
            warnings.addAll(Uncounted.of(policy, new Standing(world, policy)));
        }
        return warnings;
    }

    /** What of the policies of its Services does not count for a route or a split. */
    public static List<String> ofRoute(Resource route, World world) {
        return Uncounted.services(route).size() < 2
                ? List.of()
                : Uncounted.forRoute(route, new Standing(world, null));
    }

    /**
     * What there is, with a policy as it is to be.
     *
     * @param fresh null: no policy is being written
     */
    private record Standing(World world, @Nullable Resource fresh) implements Uncounted.Known {
        @Override
        public List<Resource> policies(String namespace) {
            var all = new ArrayList<Resource>();
            for (Resource policy : world.all(Types.TRAFFIC_POLICY)) {
                boolean older = fresh != null && policy.key().equals(fresh.key());
                if (policy.namespace().equals(namespace) && !older) {
                    all.add(policy);
                }
            }
            if (fresh != null && fresh.namespace().equals(namespace)) {
                all.add(fresh);
            }
            return all;
        }

        @Override
        public List<Resource> leadingTo(Key service) {
            return Stream.of(Types.HTTP_ROUTE, Types.GRPC_ROUTE, Types.TRAFFIC_SPLIT)
                    .flatMap(it -> world.all(it).stream())
                    .filter(it -> Uncounted.services(it).contains(service))
                    .toList();
        }
    }

    private static Optional<String> target(Resource policy, JsonObject target, World world) {
        String kind = target.text("kind").orElse("");
        Key key = new Key(policy.namespace(), target.text("name").orElse(""));
        ResourceType type = TARGETS.get(kind);
        Optional<Resource> found = type == null ? Optional.empty() : world.find(type, key);
        if (found.isEmpty()) {
            return Optional.of("there is no %s %s yet".formatted(kind, key));
        }
        Optional<String> section = Sections.missing(found.get(), target);
        if (section.isPresent()) {
            return section;
        }
        Source mine = Source.of(policy);
        return world.all(Types.TRAFFIC_POLICY).stream()
                .filter(it -> it.namespace().equals(policy.namespace()))
                .filter(it -> !it.key().equals(policy.key()))
                .filter(it -> it.spec().array("targetRefs").objects().contains(target))
                .filter(it -> Source.of(it).compareTo(mine) < 0)
                .filter(it -> TrafficPolicies.problems(it).isEmpty())
                .map(it -> "TrafficPolicy %s is older and has the same target".formatted(it.key()))
                .findFirst();
    }
}
