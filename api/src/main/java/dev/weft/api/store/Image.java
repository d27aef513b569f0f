package dev.weft.api.store;

import dev.weft.api.model.Key;
import java.util.Optional;

/**
 * All objects as they stood at one version. Immutable; any thread.
 *
 * @param collections by the name of the kind as stored, such as {@code deployments.apps}
 */
public record Image(long version, Shelf<String, Shelf<Key, Entry>> collections) {

    public Shelf<Key, Entry> collection(String name) {
        return collections.find(name).orElseGet(Shelf::empty);
    }

    public Optional<Entry> find(String collection, Key key) {
        return collection(collection).find(key);
    }

    /** The replay of one change. */
    Image with(String collection, Change change) {
        Shelf<Key, Entry> shelf = collection(collection);
        Shelf<Key, Entry> changed =
                change.after()
                        .map(after -> shelf.with(change.key(), after))
                        .orElseGet(() -> shelf.without(change.key()));
        return new Image(change.version(), collections.with(collection, changed));
    }
}
