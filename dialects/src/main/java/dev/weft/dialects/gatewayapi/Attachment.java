package dev.weft.dialects.gatewayapi;

import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import dev.weft.dialects.gatewayapi.rule.Problem;
import dev.weft.dialects.gatewayapi.rule.RouteSort;
import dev.weft.mesh.intent.Place;
import dev.weft.mesh.intent.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Whether a route attaches to a parent, and where. Pure. */
sealed interface Attachment {
    /**
     * @param places never empty
     */
    record Attached(List<Place> places) implements Attachment {}

    record Refused(Problem problem) implements Attachment {}

    /** The parent is somebody else's to speak for. */
    record Foreign() implements Attachment {}

    static Attachment of(
            Resource route, RouteSort sort, ParentRef parent, Gateways gateways, World world) {
        if (parent.isGateway()) {
            return gateways.at(parent.key())
                    .map(doors -> toGateway(route, sort, parent, doors, world))
                    .orElseGet(
                            () ->
                                    world.find(Types.GATEWAY, parent.key()).isPresent()
                                            ? new Foreign()
                                            : refused(
                                                    "NoMatchingParent",
                                                    "there is no Gateway " + parent.key()));
        }
        if (parent.isService()) {
            return toService(route, sort, parent, world);
        }
        return new Foreign();
    }

    private static Attachment toGateway(
            Resource route,
            RouteSort sort,
            ParentRef parent,
            List<Gateways.Standing> doors,
            World world) {
        List<Door> named =
                doors.stream()
                        .map(Gateways.Standing::door)
                        .filter(
                                it ->
                                        parent.section().isEmpty()
                                                || it.name().equals(parent.section()))
                        .filter(it -> parent.port() == 0 || it.port() == parent.port())
                        .toList();
        if (named.isEmpty()) {
            return refused(
                    "NoMatchingParent",
                    "Gateway %s has no listener %s"
                            .formatted(
                                    parent.key(),
                                    parent.section().isEmpty()
                                            ? "at port " + parent.port()
                                            : parent.section()
                                                    + (parent.port() == 0
                                                            ? ""
                                                            : " at port " + parent.port())));
        }
        List<Door> allowing =
                named.stream()
                        .filter(it -> it.sorts().contains(sort))
                        .filter(it -> it.admits(route.namespace(), world))
                        .toList();
        if (allowing.isEmpty()) {
            return refused("NotAllowedByListeners", notAllowed(route, sort, parent, named));
        }
        var places = new ArrayList<Place>();
        for (Door door : allowing) {
            Set<String> names =
                    Hostnames.common(
                            door.protocol().filter(it -> sort.hasHostnames()).isPresent()
                                    ? door.hostname()
                                    : "",
                            sort.hasHostnames()
                                    ? route.spec().array("hostnames").texts()
                                    : List.of());
            if (!names.isEmpty()) {
                places.add(new Place.Door(parent.key(), door.name(), names));
            }
        }
        return places.isEmpty()
                ? refused(
                        "NoMatchingListenerHostname",
                        "spec.hostnames: none of %s is a name of a listener of Gateway %s"
                                .formatted(route.spec().array("hostnames").texts(), parent.key()))
                : new Attached(List.copyOf(places));
    }

    private static String notAllowed(
            Resource route, RouteSort sort, ParentRef parent, List<Door> named) {
        boolean kind = named.stream().anyMatch(it -> it.sorts().contains(sort));
        return kind
                ? "allowedRoutes of Gateway %s admit no route of namespace %s"
                        .formatted(parent.key(), route.namespace())
                : "no listener of Gateway %s that is meant takes a %s"
                        .formatted(parent.key(), sort.kind());
    }

    private static Attachment toService(
            Resource route, RouteSort sort, ParentRef parent, World world) {
        if (sort == RouteSort.TLS || sort == RouteSort.TCP) {
            return refused(
                    "UnsupportedValue",
                    "parentRefs: a %s attaches to Gateways only".formatted(sort.kind()));
        }
        if (world.find(Types.SERVICE, parent.key()).isEmpty()) {
            return refused("NoMatchingParent", "there is no Service " + parent.key());
        }
        if (!parent.section().isEmpty()) {
            return refused(
                    "UnsupportedValue", "parentRefs: sectionName of a Service (expected: port)");
        }
        return new Attached(
                List.of(new Place.Callee(parent.key(), parent.port(), callers(route, parent))));
    }

    /** A route beside its Service is for everybody; one elsewhere for the callers there. */
    static String callers(Resource route, ParentRef parent) {
        return parent.isService() && !route.namespace().equals(parent.key().namespace())
                ? route.namespace()
                : "";
    }

    private static Refused refused(String reason, String message) {
        return new Refused(new Problem(reason, message));
    }
}
