package dev.weft.app;

import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import dev.weft.api.model.Types;
import dev.weft.api.rule.Advisor;
import dev.weft.dialects.gatewayapi.Warnings;
import dev.weft.dialects.smi.SplitWarnings;
import dev.weft.mesh.intent.World;
import dev.weft.mesh.policy.PolicyWarnings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * Who tells writers of routes, splits and policies what will come of them. Any thread.
 *
 * @param warnings of an object, among all that there is
 */
record Advice(ResourceType type, BiFunction<Resource, World, List<String>> warnings)
        implements Advisor {
    private static final Set<ResourceType> LEADING =
            Set.of(Types.HTTP_ROUTE, Types.GRPC_ROUTE, Types.TRAFFIC_SPLIT);

    static List<Advisor> all() {
        var all = new ArrayList<Advisor>();
        Warnings.types().forEach(it -> all.add(new Advice(it, leading(it, Warnings::of))));
        all.add(new Advice(Types.TRAFFIC_SPLIT, leading(Types.TRAFFIC_SPLIT, SplitWarnings::of)));
        all.add(new Advice(Types.TRAFFIC_POLICY, PolicyWarnings::of));
        return List.copyOf(all);
    }

    /** Of what leads to Services, also what of their policies does not count there. */
    private static BiFunction<Resource, World, List<String>> leading(
            ResourceType type, BiFunction<Resource, World, List<String>> own) {
        if (!LEADING.contains(type)) {
            return own;
        }
        return (resource, world) -> {
            var said = new ArrayList<>(own.apply(resource, world));
            said.addAll(PolicyWarnings.ofRoute(resource, world));
            return said;
        };
    }

    @Override
    public List<String> warnings(Resource resource, Known known) {
        return warnings.apply(resource, new Standing(known));
    }

    private record Standing(Known known) implements World {
        @Override
        public Optional<Resource> find(ResourceType type, Key key) {
            return known.find(type, key);
        }

        @Override
        public List<Resource> all(ResourceType type) {
            return known.all(type);
        }
    }
}
