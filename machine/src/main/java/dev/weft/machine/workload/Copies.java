package dev.weft.machine.workload;

import dev.weft.api.client.Query;
import dev.weft.api.control.Informer;
import dev.weft.api.control.Surroundings;
import dev.weft.api.model.Key;
import dev.weft.api.model.LabelSelector;
import dev.weft.api.model.OwnerReference;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The informers that controllers share, one a kind, with the indexes that they need. Set up by one
 * thread; the informers may be read by any.
 */
final class Copies {
    /** Objects that nobody controls, by namespace. */
    private static final String ORPHANS = "orphans";

    /** Objects by the uid of whatever owns them, controlling or not. */
    private static final String OWNED = "owned";

    private final Surroundings surroundings;
    private final Map<ResourceType, Informer> informers = new LinkedHashMap<>();

    Copies(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    Informer of(ResourceType type) {
        return informers.computeIfAbsent(type, it -> made(surroundings, it));
    }

    static Informer made(Surroundings surroundings, ResourceType type) {
        return new Informer(surroundings, type, Query.all())
                .index(
                        ORPHANS,
                        it -> it.controller().isPresent() ? List.of() : List.of(it.namespace()))
                .index(OWNED, it -> it.owners().stream().map(OwnerReference::uid).toList());
    }

    /** Those that this object owns, in whatever way. */
    static List<Resource> ownedBy(Informer informer, String uid) {
        return informer.by(OWNED, uid);
    }

    /** Those that this object controls, and those of its namespace that nobody does. */
    static List<Resource> candidates(Informer informer, Resource owner) {
        var candidates = new ArrayList<>(informer.controlledBy(owner));
        candidates.addAll(informer.by(ORPHANS, owner.namespace()));
        return candidates;
    }

    /** Whom a change of an object concerns: its controller, or whoever might adopt it. */
    static List<Key> concerned(
            Resource resource, Informer owners, Function<Resource, LabelSelector> selector) {
        Optional<OwnerReference> controller = resource.controller();
        if (controller.isPresent()) {
            boolean known = controller.get().kind().equals(owners.type().kind());
            return known
                    ? List.of(new Key(resource.namespace(), controller.get().name()))
                    : List.of();
        }
        return owners.in(resource.namespace()).stream()
                .filter(it -> adopts(selector.apply(it), resource))
                .map(Resource::key)
                .toList();
    }

    private static boolean adopts(LabelSelector selector, Resource resource) {
        return !selector.isEmpty() && selector.matches(resource.labels());
    }
}
