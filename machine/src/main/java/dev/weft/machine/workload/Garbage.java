package dev.weft.machine.workload;

import dev.weft.api.client.Deletion;
import dev.weft.api.client.Patch;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.control.Action;
import dev.weft.api.control.Informer;
import dev.weft.api.control.Plan;
import dev.weft.api.control.Reconciler;
import dev.weft.api.model.Key;
import dev.weft.api.model.OwnerReference;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Deletes the objects of one kind whose owners are all gone, and lets go of owners that wait for
 * what they own to be deleted, or to be left behind. Any thread.
 *
 * <p>That an owner is gone is asked of the API itself: a copy that does not show it may be old, and
 * what is deleted wrongly cannot be brought back.
 */
final class Garbage implements Reconciler {
    private static final String FOREGROUND = "foregroundDeletion";
    private static final String ORPHAN = "orphan";

    /** For what the copies do not show yet: mostly they bring the owner back sooner. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private final ResourceType type;
    private final Informer objects;
    private final Map<ResourceType, Informer> copies;
    private final Reach reach;

    /** What has become of an owner. */
    private enum Fate {
        /** It is there, or nobody can know. */
        STAYS,
        /** It waits for this object to be gone. */
        WAITS,
        GONE
    }

    /**
     * @param copies the informers of all kinds; grows and shrinks with them
     */
    Garbage(ResourceType type, Informer objects, Map<ResourceType, Informer> copies, Reach reach) {
        this.type = type;
        this.objects = objects;
        this.copies = copies;
        this.reach = reach;
    }

    /** Whether it is on its way out and waits for what it owns. */
    static boolean isWaiting(Resource owner) {
        return owner.isDeleting() && owner.finalizers().contains(FOREGROUND);
    }

    @Override
    public Plan reconcile(Key key) {
        Optional<Resource> found = objects.find(key);
        if (found.isEmpty()) {
            return Plan.nothing();
        }
        Resource object = found.get();
        if (isWaiting(object)) {
            return letGoWhenAlone(object);
        }
        if (object.isDeleting()) {
            return object.finalizers().contains(ORPHAN) ? leaveBehind(object) : Plan.nothing();
        }
        return object.owners().isEmpty() ? Plan.nothing() : collect(object);
    }

    private Plan collect(Resource object) {
        var staying = new ArrayList<OwnerReference>();
        boolean awaited = false;
        for (OwnerReference owner : object.owners()) {
            switch (fate(object, owner)) {
                case STAYS -> staying.add(owner);
                case WAITS -> awaited = true;
                case GONE -> {}
            }
        }
        if (staying.size() == object.owners().size()) {
            return Plan.nothing();
        }
        if (!staying.isEmpty()) {
            return Plan.of(Claim.withOwners(type, object, staying));
        }
        // What an owner waits for, and is itself an owner, has to wait for its own first.
        boolean deep = awaited && !ownedBy(object).isEmpty();
        return Plan.of(delete(type, object, deep ? foreground() : Deletion.background()));
    }

    private Fate fate(Resource object, OwnerReference reference) {
        Optional<ResourceType> ownerType = reach.of(reference);
        // An object without namespace cannot belong to one in a namespace: which would it be?
        if (ownerType.isEmpty() || (ownerType.get().namespaced() && !type.namespaced())) {
            return Fate.STAYS;
        }
        String namespace = ownerType.get().namespaced() ? object.namespace() : "";
        var key = new Key(namespace, reference.name());
        Optional<Resource> owner =
                Optional.ofNullable(copies.get(ownerType.get()))
                        .flatMap(it -> it.find(key))
                        .filter(it -> it.uid().equals(reference.uid()));
        if (owner.isEmpty()) {
            owner = reach.get(ownerType.get(), key).filter(it -> it.uid().equals(reference.uid()));
        }
        if (owner.isEmpty()) {
            return Fate.GONE;
        }
        return isWaiting(owner.get()) ? Fate.WAITS : Fate.STAYS;
    }

    /** Deletes what the owner waits for; when nothing is left, the owner may go. */
    private Plan letGoWhenAlone(Resource owner) {
        var actions = new ArrayList<Action>();
        boolean blocked = false;
        for (Owned owned : ownedBy(owner)) {
            blocked |= blocks(owned.resource(), owner);
            // One that has an owner besides is let go of by its own collection.
            if (!owned.resource().isDeleting() && owned.resource().owners().size() == 1) {
                boolean deep = !ownedBy(owned.resource()).isEmpty();
                actions.add(
                        delete(
                                owned.type(),
                                owned.resource(),
                                deep ? foreground() : Deletion.background()));
            }
        }
        if (blocked || !actions.isEmpty()) {
            return Plan.of(actions);
        }
        boolean alone = liveOwnedBy(owner).stream().noneMatch(it -> blocks(it.resource(), owner));
        return alone
                ? Plan.of(withoutFinalizer(owner, FOREGROUND))
                : Plan.nothing().againAfter(LOOK_AGAIN);
    }

    private Plan leaveBehind(Resource owner) {
        var actions = new ArrayList<Action>();
        for (Owned owned : liveOwnedBy(owner)) {
            List<OwnerReference> others =
                    owned.resource().owners().stream()
                            .filter(it -> !it.uid().equals(owner.uid()))
                            .toList();
            actions.add(Claim.withOwners(owned.type(), owned.resource(), others));
        }
        actions.add(withoutFinalizer(owner, ORPHAN));
        return Plan.of(actions);
    }

    private record Owned(ResourceType type, Resource resource) {}

    private List<Owned> ownedBy(Resource owner) {
        var owned = new ArrayList<Owned>();
        copies.forEach(
                (kind, informer) ->
                        Copies.ownedBy(informer, owner.uid())
                                .forEach(it -> owned.add(new Owned(kind, it))));
        return owned;
    }

    /** What the API itself holds, and not a copy that may lack the latest. */
    private List<Owned> liveOwnedBy(Resource owner) {
        var owned = new ArrayList<Owned>();
        for (ResourceType kind : reach.all()) {
            if (!kind.namespaced() && type.namespaced()) {
                continue;
            }
            for (Resource it : reach.list(kind, owner.namespace())) {
                if (it.owners().stream().anyMatch(ref -> ref.uid().equals(owner.uid()))) {
                    owned.add(new Owned(kind, it));
                }
            }
        }
        return owned;
    }

    private static boolean blocks(Resource owned, Resource owner) {
        return owned.owners().stream()
                .anyMatch(it -> it.uid().equals(owner.uid()) && it.blockOwnerDeletion());
    }

    private Action withoutFinalizer(Resource owner, String finalizer) {
        List<String> others =
                owner.finalizers().stream().filter(it -> !it.equals(finalizer)).toList();
        JsonObject metadata =
                JsonObject.builder()
                        .put("uid", owner.uid())
                        .put("resourceVersion", owner.resourceVersion())
                        .put("finalizers", JsonArray.ofTexts(others))
                        .build();
        return new Action.Change(
                type, owner.key(), Patch.merge(JsonObject.of("metadata", metadata)));
    }

    /** Only as it was read: meanwhile its owner may have left it behind, or another adopted it. */
    private static Action delete(ResourceType type, Resource object, Deletion how) {
        Deletion unchanged = how.onlyUid(object.uid()).onlyVersion(object.resourceVersion());
        return new Action.Delete(type, object.key(), unchanged);
    }

    private static Deletion foreground() {
        return new Deletion(Deletion.Propagation.FOREGROUND, Optional.empty(), "", "");
    }
}
