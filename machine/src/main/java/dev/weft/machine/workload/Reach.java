package dev.weft.machine.workload;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.control.LiveReader;
import dev.weft.api.model.Key;
import dev.weft.api.model.OwnerReference;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import dev.weft.api.model.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * All kinds that objects may be of: those that Weft brings, and those that users defined. For
 * whoever has to find everything that is in a namespace, or that belongs to an owner. Any thread.
 */
final class Reach {
    /** What can own and be owned; Events are left out, being news and no part of anything. */
    private static final List<ResourceType> BUILT_IN =
            List.of(
                    Types.DEPLOYMENT,
                    Types.REPLICA_SET,
                    Types.POD,
                    Types.SERVICE,
                    Types.ENDPOINT_SLICE,
                    Types.TRAFFIC_SPLIT,
                    Types.CONFIG_MAP,
                    Types.SECRET,
                    Types.LEASE,
                    new ResourceType("", "v1", "ServiceAccount", "serviceaccounts", true),
                    new ResourceType(
                            "apps", "v1", "ControllerRevision", "controllerrevisions", true),
                    Types.NODE,
                    Types.NAMESPACE,
                    Types.CUSTOM_RESOURCE_DEFINITION);

    private final LiveReader live;
    private final Supplier<List<Resource>> definitions;

    /**
     * @param definitions the CustomResourceDefinitions as they are now
     */
    Reach(LiveReader live, Supplier<List<Resource>> definitions) {
        this.live = live;
        this.definitions = definitions;
    }

    static List<ResourceType> builtIn() {
        return BUILT_IN;
    }

    /** The kind that a definition brings, at the version in which it is best read. */
    static Optional<ResourceType> defined(Resource definition) {
        JsonObject spec = definition.spec();
        List<JsonObject> served =
                spec.array("versions").objects().stream()
                        .filter(it -> it.flag("served").orElse(false))
                        .toList();
        Optional<JsonObject> best =
                served.stream()
                        .filter(it -> it.flag("storage").orElse(false))
                        .findFirst()
                        .or(() -> served.stream().findFirst());
        return best.flatMap(it -> it.text("name"))
                .map(
                        version ->
                                new ResourceType(
                                        spec.text("group").orElse(""),
                                        version,
                                        spec.text("names", "kind").orElse(""),
                                        spec.text("names", "plural").orElse(""),
                                        spec.text("scope").orElse("").equals("Namespaced")));
    }

    List<ResourceType> all() {
        var all = new ArrayList<>(BUILT_IN);
        definitions.get().forEach(it -> defined(it).ifPresent(all::add));
        return all;
    }

    /** The kind that an owner reference names, in whatever version. */
    Optional<ResourceType> of(OwnerReference owner) {
        int slash = owner.apiVersion().indexOf('/');
        String group = slash < 0 ? "" : owner.apiVersion().substring(0, slash);
        return all().stream()
                .filter(it -> it.kind().equals(owner.kind()) && it.group().equals(group))
                .findFirst();
    }

    /** Everything of a kind that the API itself now holds; nothing where the kind is no more. */
    List<Resource> list(ResourceType type, String namespace) {
        return live.list(type, namespace);
    }

    /** The object as the API itself now holds it. */
    Optional<Resource> get(ResourceType type, Key key) {
        return live.get(type, key);
    }
}
