package dev.weft.api.verb;

import dev.weft.api.access.Identity;
import dev.weft.api.ask.Part;
import dev.weft.api.ask.Target;
import dev.weft.api.ask.Terms;
import dev.weft.api.client.ApiException;
import dev.weft.api.client.Deletion;
import dev.weft.api.client.Reason;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.kind.Kind;
import dev.weft.api.kind.Kinds;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import dev.weft.api.rule.Catalog;
import dev.weft.api.store.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Takes away the objects of kinds whose definitions are to go, and then the definitions. */
final class Definitions {
    private final Ground ground;
    private final Deleting deleting;
    private final Changing changing;
    private final Terms terms = Terms.of(Identity.internal("definitions"));

    Definitions(Ground ground, Deleting deleting, Changing changing) {
        this.ground = ground;
        this.deleting = deleting;
        this.changing = changing;
    }

    /** Goes on with what a restart interrupted. */
    void resume() {
        var going = new ArrayList<String>();
        ground.store()
                .image()
                .collection(Catalog.DEFINITIONS)
                .walk(
                        entry -> {
                            if (entry.resource().isDeleting()) {
                                going.add(entry.key().name());
                            }
                            return true;
                        });
        going.forEach(this::empty);
    }

    /** Deletes all objects of the kind of a definition that is going. */
    void empty(String name) {
        Optional<Kind> kind = kind(name);
        if (kind.isPresent()) {
            for (Key key : keys(kind.get())) {
                var found = new Kinds.Found(kind.get(), kind.get().stored());
                try {
                    deleting.delete(
                            new Target(found, key.namespace(), key.name()),
                            Deletion.background(),
                            terms);
                } catch (ApiException e) {
                    if (!e.is(Reason.NOT_FOUND)) {
                        throw e;
                    }
                }
            }
        }
        finishIfEmpty(name);
    }

    /** Lets a definition go, where it is going and none of its objects is left. */
    void finishIfEmpty(String name) {
        Optional<Resource> definition =
                ground.store()
                        .image()
                        .find(Catalog.DEFINITIONS, new Key("", name))
                        .map(Entry::resource);
        if (definition.filter(Resource::isDeleting).isEmpty()
                || ground.store().image().collection(name).size() > 0
                || !definition.get().finalizers().contains(Catalog.CLEANUP)) {
            return;
        }
        try {
            changing.change(
                    Changing.Wanted.of(target(name), Part.MAIN, terms),
                    "",
                    Definitions::withoutCleanup);
        } catch (ApiException e) {
            if (!e.is(Reason.NOT_FOUND)) {
                throw e;
            }
        }
    }

    private static JsonObject withoutCleanup(JsonObject tree) {
        List<String> left = new ArrayList<>(tree.array("metadata", "finalizers").texts());
        left.remove(Catalog.CLEANUP);
        return left.isEmpty()
                ? tree.withoutAt("metadata", "finalizers")
                : tree.withAt(JsonArray.ofTexts(left), "metadata", "finalizers");
    }

    private Optional<Kind> kind(String name) {
        return ground.catalog().kinds().all().stream()
                .filter(it -> it.isCustom() && it.groupResource().equals(name))
                .findFirst();
    }

    private List<Key> keys(Kind kind) {
        var keys = new ArrayList<Key>();
        ground.store().image().collection(kind.storageKey()).walk(entry -> keys.add(entry.key()));
        return keys;
    }

    private Target target(String name) {
        var type = Types.CUSTOM_RESOURCE_DEFINITION;
        Kinds.Found found =
                ground.catalog()
                        .kinds()
                        .find(type.group(), type.version(), type.plural())
                        .orElseThrow();
        return new Target(found, "", name);
    }
}
