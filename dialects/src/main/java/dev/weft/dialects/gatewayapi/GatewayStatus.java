package dev.weft.dialects.gatewayapi;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Resource;
import dev.weft.dialects.gatewayapi.rule.Problem;
import dev.weft.dialects.gatewayapi.rule.RouteSort;
import dev.weft.dialects.gatewayapi.rule.Rules;
import dev.weft.dialects.gatewayapi.rule.Words;
import dev.weft.mesh.intent.Place;
import dev.weft.mesh.intent.World;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The status of a Gateway of ours and of its listeners. Pure. */
final class GatewayStatus {
    private static final String IP = "[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*";

    private final Resource gateway;
    private final List<Gateways.Standing> doors;
    private final Gateways gateways;
    private final World world;
    private final DoorStates states;
    private final Instant now;

    GatewayStatus(
            Resource gateway, Gateways gateways, World world, DoorStates states, Instant now) {
        this.gateway = gateway;
        this.gateways = gateways;
        this.doors = gateways.at(gateway.key()).orElse(List.of());
        this.world = world;
        this.states = states;
        this.now = now;
    }

    JsonObject make() {
        var listeners = new ArrayList<Json>();
        var invalid = new ArrayList<String>();
        var closed = new ArrayList<Problem>();
        for (Gateways.Standing standing : doors) {
            List<Problem> unresolved = unresolved(standing.door());
            Optional<Problem> programmed = notProgrammed(standing);
            if (!standing.stands() || noAuthority(standing.door()).isPresent()) {
                invalid.add(standing.door().name());
            }
            programmed.ifPresent(closed::add);
            listeners.add(listener(standing, unresolved, programmed));
        }
        Optional<Problem> unusable = unusable();
        var conditions =
                new Conditions(gateway.status().array("conditions"), gateway.generation(), now);
        if (unusable.isPresent()) {
            conditions.with("Accepted", false, unusable.get().reason(), unusable.get().message());
        } else if (!invalid.isEmpty()) {
            conditions.with(
                    "Accepted",
                    invalid.size() < doors.size(),
                    "ListenersNotValid",
                    "not valid: listeners " + String.join(", ", invalid));
        } else {
            conditions.with("Accepted", true, "Accepted", "The Gateway is Weft's to carry out.");
        }
        programmed(conditions, unusable, closed);
        if (Door.shown(gateway).isPresent()) {
            conditions.unless(
                    Certificates.shown(gateway, world),
                    "ResolvedRefs",
                    "ResolvedRefs",
                    "What it names is there.");
        }
        return JsonObject.builder()
                .put("addresses", addresses())
                .put("conditions", conditions.list())
                .put("listeners", JsonArray.of(listeners))
                .build();
    }

    private void programmed(
            Conditions conditions, Optional<Problem> unusable, List<Problem> closed) {
        if (unusable.isPresent()) {
            conditions.with("Programmed", false, "AddressNotUsable", unusable.get().message());
        } else if (!doors.isEmpty() && closed.size() == doors.size()) {
            List<String> absent = absent();
            if (!absent.isEmpty()) {
                conditions.with(
                        "Programmed",
                        false,
                        "AddressNotUsable",
                        "addresses: %s (expected: addresses of this machine)"
                                .formatted(String.join(", ", absent)));
                return;
            }
            conditions.with(
                    "Programmed",
                    false,
                    closed.getFirst().reason().equals("Pending") ? "Pending" : "Invalid",
                    "no listener is open: "
                            + RouteStatus.joined(closed).map(Problem::message).orElse(""));
        } else {
            conditions.with("Programmed", true, "Programmed", "The listeners are open.");
        }
    }

    /** Addresses that are asked for and are none of this machine. */
    private List<String> absent() {
        return Door.ips(gateway).stream()
                .filter(it -> it.matches(IP) && !states.isHere(it))
                .toList();
    }

    private JsonArray addresses() {
        List<String> ips = Door.ips(gateway);
        List<String> absent = absent();
        List<String> listened =
                ips.isEmpty()
                        ? List.of(states.usualIp())
                        : ips.stream().filter(it -> !absent.contains(it)).toList();
        return JsonArray.of(
                listened.stream()
                        .filter(it -> it.matches(IP))
                        .<Json>map(
                                it ->
                                        JsonObject.builder()
                                                .put("type", "IPAddress")
                                                .put("value", it)
                                                .build())
                        .toList());
    }

    private Optional<Problem> unusable() {
        if (gateway.spec().object("infrastructure").has("parametersRef")) {
            return Optional.of(
                    new Problem(
                            "InvalidParameters",
                            "infrastructure.parametersRef: Weft has no parameters (expected:"
                                    + " none)"));
        }
        for (JsonObject address : gateway.spec().array("addresses").objects()) {
            String value = address.text("value").orElse("");
            boolean ip = address.text("type").orElse("IPAddress").equals("IPAddress");
            if (!ip || !value.isEmpty() && !value.matches(IP)) {
                return Optional.of(
                        new Problem(
                                "UnsupportedAddress",
                                "addresses: %s \"%s\" (expected: an IPAddress of this machine)"
                                        .formatted(address.text("type").orElse(""), value)));
            }
        }
        return Optional.empty();
    }

    private List<Problem> unresolved(Door door) {
        var problems = new ArrayList<>(Certificates.ofListener(door, world));
        List<String> strange = door.protocol().isPresent() ? door.strangeKinds() : List.of();
        if (!strange.isEmpty()) {
            problems.add(
                    new Problem(
                            "InvalidRouteKinds",
                            "allowedRoutes.kinds: %s cannot attach to %s"
                                    .formatted(strange, door.protocol().orElseThrow())));
        }
        return problems;
    }

    private Optional<Problem> noAuthority(Door door) {
        return Certificates.noAuthority(door, world);
    }

    /**
     * Whose host names of TLS at the same port are partly the same, as clients may be surprised.
     */
    private Optional<Problem> overlap(Gateways.Standing standing) {
        Door door = standing.door();
        if (!standing.stands() || !door.endsTls()) {
            return Optional.empty();
        }
        List<String> others =
                gateways.all().values().stream()
                        .flatMap(List::stream)
                        .filter(Gateways.Standing::stands)
                        .map(Gateways.Standing::door)
                        .filter(it -> it.endsTls() && !it.isSame(door) && it.mayMeet(door))
                        .filter(it -> Hostnames.overlap(it.hostname(), door.hostname()))
                        .map(it -> it.name() + " of Gateway " + it.gateway().key())
                        .toList();
        return others.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Problem(
                                "OverlappingHostnames",
                                "port %d: the host name is also one of listener %s; a request on a connection made for another is answered 421"
                                        .formatted(door.port(), String.join(", ", others))));
    }

    private Optional<Problem> notProgrammed(Gateways.Standing standing) {
        Optional<Problem> wrong = standing.refused().or(standing::conflict);
        if (wrong.isPresent()) {
            return Optional.of(new Problem("Invalid", wrong.get().message()));
        }
        Door door = standing.door();
        Optional<Problem> blind = Certificates.noneToShow(door, world).or(() -> noAuthority(door));
        if (blind.isPresent()) {
            return Optional.of(new Problem("Invalid", blind.get().message()));
        }
        return states.failure(gateway.key(), door.name())
                .map(
                        why ->
                                new Problem(
                                        why.isEmpty() ? "Pending" : "Invalid",
                                        why.isEmpty()
                                                ? "The listener is being opened."
                                                : "port " + door.port() + ": " + why));
    }

    private JsonObject listener(
            Gateways.Standing standing, List<Problem> unresolved, Optional<Problem> closed) {
        Door door = standing.door();
        JsonArray before =
                gateway.status().array("listeners").objects().stream()
                        .filter(it -> it.text("name").orElse("").equals(door.name()))
                        .map(it -> it.array("conditions"))
                        .findFirst()
                        .orElse(JsonArray.empty());
        var conditions =
                new Conditions(before, gateway.generation(), now)
                        .unless(
                                standing.refused()
                                        .or(standing::conflict)
                                        .or(() -> noAuthority(door)),
                                "Accepted",
                                "Accepted",
                                "The listener is well-formed.");
        standing.conflict()
                .ifPresentOrElse(
                        it -> conditions.with("Conflicted", true, it.reason(), it.message()),
                        () ->
                                conditions.with(
                                        "Conflicted",
                                        false,
                                        "NoConflicts",
                                        "No other listener is in its way."));
        conditions
                .unless(
                        RouteStatus.joined(unresolved),
                        "ResolvedRefs",
                        "ResolvedRefs",
                        "What it names is there.")
                .unless(closed, "Programmed", "Programmed", "The listener is open.");
        overlap(standing)
                .ifPresent(
                        it ->
                                conditions.with(
                                        "OverlappingTLSConfig", true, it.reason(), it.message()));
        return JsonObject.builder()
                .put("name", door.name())
                .put("supportedKinds", kinds(door))
                .put("attachedRoutes", attached(door))
                .put("conditions", conditions.list())
                .build();
    }

    private static JsonArray kinds(Door door) {
        return JsonArray.of(
                door.sorts().stream()
                        .<Json>map(
                                it ->
                                        JsonObject.builder()
                                                .put("group", Words.GROUP)
                                                .put("kind", it.kind())
                                                .build())
                        .toList());
    }

    private long attached(Door door) {
        long count = 0;
        for (RouteSort sort : door.sorts()) {
            for (Resource route : world.all(sort.type())) {
                if (attaches(route, sort, door) && !Rules.isWhollyBroken(route, sort)) {
                    count++;
                }
            }
        }
        return count;
    }

    private boolean attaches(Resource route, RouteSort sort, Door door) {
        for (ParentRef parent : ParentRef.of(route)) {
            if (parent.isGateway()
                    && parent.key().equals(gateway.key())
                    && Attachment.of(route, sort, parent, gateways, world)
                            instanceof Attachment.Attached attached
                    && attached.places().stream()
                            .anyMatch(
                                    it ->
                                            it instanceof Place.Door place
                                                    && place.section().equals(door.name()))) {
                return true;
            }
        }
        return false;
    }
}
