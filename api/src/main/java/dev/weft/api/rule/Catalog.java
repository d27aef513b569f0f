package dev.weft.api.rule;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.kind.CustomKinds;
import dev.weft.api.kind.Kind;
import dev.weft.api.kind.Kinds;
import dev.weft.api.model.Types;
import dev.weft.api.openapi.OpenApi;
import dev.weft.api.store.Entry;
import dev.weft.api.store.Image;
import dev.weft.api.store.Store;
import java.util.ArrayList;

/**
 * The kinds that are served now: those that are built in, and those that definitions have brought.
 * Any thread; a request keeps the kinds that it began with.
 */
public final class Catalog {
    /** Under which name definitions of kinds are kept. */
    public static final String DEFINITIONS = Types.CUSTOM_RESOURCE_DEFINITION.groupResource();

    /** The finalizer of a definition, until the last object of its kind is gone. */
    public static final String CLEANUP = "customresourcecleanup.apiextensions.k8s.io";

    private final Store store;
    private volatile Served served;

    /** The kinds with their documents, which are made when first asked for. */
    public record Served(long version, Kinds kinds, OpenApi documents) {}

    public Catalog(Store store) {
        this.store = store;
        this.served = serve(store.image());
    }

    public Kinds kinds() {
        return served.kinds();
    }

    public Served served() {
        return served;
    }

    /** Takes in what definitions say now. */
    synchronized void refresh() {
        Image image = store.image();
        if (image.version() > served.version()) {
            served = serve(image);
        }
    }

    private static Served serve(Image image) {
        var definitions = new ArrayList<JsonObject>();
        image.collection(DEFINITIONS)
                .walk(
                        (Entry entry) -> {
                            definitions.add(entry.resource().tree());
                            return true;
                        });
        Kinds kinds = Kinds.builtIn();
        for (JsonObject definition : definitions) {
            if (isEstablished(definition)) {
                var kind = CustomKinds.kind(definition).kind();
                kinds = kind.filter(Catalog::isNew).map(kinds::with).orElse(kinds);
            }
        }
        return new Served(image.version(), kinds, new OpenApi(kinds));
    }

    /** A definition of a kind that Weft serves by itself (SMI brings one) changes nothing. */
    private static boolean isNew(Kind kind) {
        return !Kinds.isBuiltIn(kind.group(), kind.plural());
    }

    private static boolean isEstablished(JsonObject definition) {
        return definition.array("status", "conditions").objects().stream()
                .anyMatch(
                        it ->
                                it.text("type").filter("Established"::equals).isPresent()
                                        && it.text("status").filter("True"::equals).isPresent());
    }
}
