package dev.weft.dialects.gatewayapi;

import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import dev.weft.dialects.gatewayapi.rule.Problem;
import dev.weft.dialects.gatewayapi.rule.Words;
import dev.weft.mesh.intent.Source;
import dev.weft.mesh.intent.World;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The Gateways that are Weft's to carry out, and which of their listeners stand. Immutable. */
final class Gateways {
    private static final Comparator<Resource> EDGE_THEN_OLDEST =
            Comparator.comparing((Resource it) -> !it.key().equals(Words.EDGE))
                    .thenComparing(Source::of);

    private final Map<Key, List<Standing>> byKey;

    /**
     * A listener and what is wrong with it.
     *
     * @param refused why it is not accepted
     * @param conflict with which other listener of the same Gateway it cannot stand
     */
    record Standing(Door door, Optional<Problem> refused, Optional<Problem> conflict) {
        boolean stands() {
            return refused.isEmpty() && conflict.isEmpty();
        }
    }

    private Gateways(Map<Key, List<Standing>> byKey) {
        this.byKey = byKey;
    }

    static boolean isOurs(Resource gateway, World world) {
        return gateway.spec()
                .text("gatewayClassName")
                .flatMap(it -> world.find(Types.GATEWAY_CLASS, new Key("", it)))
                .filter(Gateways::isOurClass)
                .isPresent();
    }

    static boolean isOurClass(Resource gatewayClass) {
        return gatewayClass.spec().text("controllerName").orElse("").equals(Words.CONTROLLER);
    }

    static Gateways of(World world) {
        var byKey = new LinkedHashMap<Key, List<Standing>>();
        var earlier = new ArrayList<Door>();
        world.all(Types.GATEWAY).stream()
                .filter(it -> isOurs(it, world))
                .sorted(EDGE_THEN_OLDEST)
                .forEach(
                        gateway -> {
                            var standing = new ArrayList<Standing>();
                            List<Door> doors = Door.of(gateway);
                            doors.forEach(it -> standing.add(judged(it, doors, earlier)));
                            standing.stream()
                                    .filter(Standing::stands)
                                    .forEach(it -> earlier.add(it.door()));
                            byKey.put(gateway.key(), List.copyOf(standing));
                        });
        return new Gateways(byKey);
    }

    /** The listeners of a Gateway of ours. */
    Optional<List<Standing>> at(Key gateway) {
        return Optional.ofNullable(byKey.get(gateway));
    }

    Map<Key, List<Standing>> all() {
        return byKey;
    }

    /**
     * Listeners of one Gateway that are in each other's way all fall, as the API has it: none of
     * them is picked. Among Gateways, who was there first stays.
     */
    private static Standing judged(Door door, List<Door> siblings, List<Door> earlier) {
        if (door.protocol().isEmpty()) {
            return new Standing(
                    door,
                    Optional.of(
                            new Problem(
                                    "UnsupportedProtocol",
                                    "protocol: %s (expected: HTTP, HTTPS, TLS or TCP)"
                                            .formatted(
                                                    door.tree().text("protocol").orElse("none")))),
                    Optional.empty());
        }
        Optional<Problem> conflict =
                door.isPlatforms() ? Optional.empty() : inTheWay(door, siblings);
        return conflict.isPresent()
                ? new Standing(door, Optional.empty(), conflict)
                : new Standing(
                        door,
                        inTheWay(door, earlier)
                                .map(it -> new Problem("PortUnavailable", it.message())),
                        Optional.empty());
    }

    private static Optional<Problem> inTheWay(Door door, List<Door> others) {
        return others.stream()
                .filter(it -> !door.isSame(it) && it.protocol().isPresent() && door.mayMeet(it))
                .flatMap(it -> together(door, it).stream())
                .findFirst();
    }

    private static Optional<Problem> together(Door door, Door other) {
        String where = "listener %s of Gateway %s".formatted(other.name(), other.gateway().key());
        if (!door.protocol().equals(other.protocol())) {
            return Optional.of(
                    new Problem(
                            "ProtocolConflict",
                            "port %d: %s has it and speaks %s"
                                    .formatted(
                                            door.port(), where, other.protocol().orElseThrow())));
        }
        if (door.hostname().equals(other.hostname())) {
            String name = door.hostname().isEmpty() ? "every name" : door.hostname();
            return Optional.of(
                    new Problem(
                            "HostnameConflict",
                            "port %d: %s has it for %s; give this one another hostname or port,"
                                            .formatted(door.port(), where, name)
                                    + " or attach the routes to that listener"));
        }
        return Optional.empty();
    }
}
