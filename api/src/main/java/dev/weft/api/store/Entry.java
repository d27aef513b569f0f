package dev.weft.api.store;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.api.codec.MalformedException;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import org.jspecify.annotations.Nullable;

/**
 * One object at one version. Immutable to see; any thread. What was read from the file is parsed
 * when it is first asked for, so that a start does not wait for ten thousand trees.
 */
public final class Entry {
    private final Key key;
    private final long version;
    private final int bytes;
    private volatile byte @Nullable [] text;
    private volatile @Nullable Resource resource;

    private Entry(Key key, long version, int bytes) {
        this.key = key;
        this.version = version;
        this.bytes = bytes;
    }

    static Entry of(Key key, long version, JsonObject tree, int bytes) {
        var entry = new Entry(key, version, bytes);
        entry.resource = stamped(tree, version);
        return entry;
    }

    static Entry unread(Key key, long version, byte[] text) {
        var entry = new Entry(key, version, text.length);
        entry.text = text;
        return entry;
    }

    public Key key() {
        return key;
    }

    public long version() {
        return version;
    }

    /** How long its text is; what it takes in the heap is a small multiple. */
    public int bytes() {
        return bytes;
    }

    public Resource resource() {
        byte[] unread = text;
        Resource known = resource;
        if (known != null) {
            return known;
        }
        if (unread == null) {
            // Another thread parsed it between the two reads above.
            return resource();
        }
        if (!(JsonText.readWritten(unread) instanceof JsonObject tree)) {
            throw new MalformedException("stored object " + key + " is no JSON object");
        }
        Resource parsed = stamped(tree, version);
        resource = parsed;
        text = null;
        return parsed;
    }

    private static Resource stamped(JsonObject tree, long version) {
        Json text = Json.of(Long.toString(version));
        return new Resource(tree.withAt(text, "metadata", "resourceVersion"));
    }
}
