package dev.weft.api.store;

import dev.weft.api.client.ApiException;
import dev.weft.api.model.Key;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * All objects as they stood at one version. Immutable to see; any thread. A collection of many
 * objects may still be read from the file for a moment after a start: whoever asks for it then
 * waits, and for no other.
 */
public final class Image {
    private final long version;
    private final Shelf<String, CompletableFuture<Shelf<Key, Entry>>> collections;

    /**
     * @param collections by the name of the kind as stored, such as {@code deployments.apps}
     */
    Image(long version, Shelf<String, CompletableFuture<Shelf<Key, Entry>>> collections) {
        this.version = version;
        this.collections = collections;
    }

    static Image empty() {
        return new Image(0, Shelf.empty());
    }

    public long version() {
        return version;
    }

    /**
     * @throws ApiException where it could not be read, which ends the process
     */
    public Shelf<Key, Entry> collection(String name) {
        Optional<CompletableFuture<Shelf<Key, Entry>>> found = collections.find(name);
        try {
            return found.isEmpty() ? Shelf.empty() : found.get().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof ApiException refusal) {
                throw refusal;
            }
            throw e;
        }
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
        return new Image(
                change.version(),
                collections.with(collection, CompletableFuture.completedFuture(changed)));
    }
}
