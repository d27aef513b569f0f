package dev.weft.dialects.gatewayapi;

import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import dev.weft.api.model.Types;
import dev.weft.dialects.gatewayapi.rule.Findings;
import dev.weft.dialects.gatewayapi.rule.RouteSort;
import dev.weft.dialects.gatewayapi.rule.Rules;
import dev.weft.mesh.intent.Intent;
import dev.weft.mesh.intent.JointTranslation;
import dev.weft.mesh.intent.Place;
import dev.weft.mesh.intent.Source;
import dev.weft.mesh.intent.Translated;
import dev.weft.mesh.intent.World;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the objects of the Gateway API want of the data plane. A function of all of them; routes
 * that ask for what they asked for, among Gateways that do, are not read again. One thread at a
 * time.
 */
public final class GatewayApi implements JointTranslation {
    private static final List<ResourceType> AROUND =
            List.of(Types.GATEWAY_CLASS, Types.GATEWAY, Types.REFERENCE_GRANT, Types.NAMESPACE);

    private List<Resource> around = List.of();
    private Map<Source.Kinded, Known> known = new HashMap<>();
    private @Nullable Opened opened;

    /** The Gateways, and the listeners that they ask for, as long as what is around stays. */
    private record Opened(Gateways gateways, Map<Source.Kinded, Translated> asked) {
        static Opened of(World world) {
            Gateways gateways = Gateways.of(world);
            var asked = new HashMap<Source.Kinded, Translated>();
            gateways.all()
                    .forEach((key, doors) -> put(asked, "Gateway", key, openings(doors, world)));
            return new Opened(gateways, asked);
        }
    }

    /**
     * A route and what it was found to want.
     *
     * @param stays whether that depends on nothing but the route itself and what is around
     */
    private record Known(Resource route, Translated translated, boolean stays) {
        boolean isFor(Resource now) {
            return stays && isSame(route, now);
        }

        Known of(Resource now) {
            return now == route ? this : new Known(now, translated, true);
        }
    }

    @Override
    public List<ResourceType> types() {
        var types = new ArrayList<>(AROUND);
        for (RouteSort sort : RouteSort.values()) {
            types.add(sort.type());
        }
        types.add(Types.BACKEND_TLS_POLICY);
        types.add(Types.SERVICE);
        return types;
    }

    @Override
    public Map<Source.Kinded, Translated> translate(World world) {
        boolean same = isAroundTheSame(world);
        Opened now = same ? opened : null;
        // if anything goes wrong on the way, it is made the next time
        opened = null;
        if (now == null) {
            now = Opened.of(world);
        }
        opened = now;
        Gateways gateways = now.gateways();
        var all = new HashMap<>(now.asked());
        var next = new HashMap<Source.Kinded, Known>();
        for (RouteSort sort : RouteSort.values()) {
            for (Resource route : world.all(sort.type())) {
                var about = new Source.Kinded(sort.kind(), route.key());
                Known before = same ? known.get(about) : null;
                Known found =
                        before == null || !before.isFor(route)
                                ? new Known(
                                        route, route(route, sort, gateways, world), stays(route))
                                : before.of(route);
                next.put(about, found);
                all.put(about, found.translated());
            }
        }
        known = next;
        for (Resource policy : world.all(Types.BACKEND_TLS_POLICY)) {
            put(all, policy.kind(), policy.key(), List.copyOf(TlsPolicies.read(policy)));
        }
        return all;
    }

    private static void put(
            Map<Source.Kinded, Translated> all, String kind, Key key, List<Intent> intents) {
        all.put(new Source.Kinded(kind, key), new Translated(intents, List.of()));
    }

    private static List<Intent> openings(List<Gateways.Standing> doors, World world) {
        return doors.stream()
                .filter(Gateways.Standing::stands)
                .flatMap(it -> it.door().opening(world).stream())
                .map(Intent.class::cast)
                .toList();
    }

    private static Translated route(
            Resource route, RouteSort sort, Gateways gateways, World world) {
        var places = new ArrayList<Place>();
        for (ParentRef parent : ParentRef.of(route)) {
            if (Attachment.of(route, sort, parent, gateways, world)
                    instanceof Attachment.Attached attached) {
                places.addAll(attached.places());
            }
        }
        if (places.isEmpty()) {
            return Translated.nothing();
        }
        var rules = new Rules(route, sort, places, world, new Findings());
        return new Translated(rules.read(), List.of());
    }

    /** Whether what a route wants depends on nothing but itself and what is around. */
    private static boolean stays(Resource route) {
        return ParentRef.of(route).stream().allMatch(ParentRef::isGateway);
    }

    /** Whether two states of an object ask for the same: what was said of it does not count. */
    private static boolean isSame(Resource one, Resource other) {
        return one == other
                || one.spec().equals(other.spec())
                        && Source.of(one).equals(Source.of(other))
                        && one.labels().equals(other.labels());
    }

    private boolean isAroundTheSame(World world) {
        var now = new ArrayList<Resource>();
        AROUND.forEach(type -> now.addAll(world.all(type)));
        boolean same = now.size() == around.size();
        for (int i = 0; same && i < now.size(); i++) {
            same = isSame(now.get(i), around.get(i));
        }
        around = now;
        return same;
    }
}
