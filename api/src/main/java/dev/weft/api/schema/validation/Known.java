package dev.weft.api.schema.validation;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Parts of objects that were held against all rules and broke none: what stands in one of them need
 * not be looked at again where it stands in the next state of the object. Told apart by identity,
 * and forgotten when nobody has them any more. Any thread.
 */
public final class Known {
    private final Set<Part> parts = ConcurrentHashMap.newKeySet();
    private final ReferenceQueue<Json> gone = new ReferenceQueue<>();

    private static final class Part extends WeakReference<Json> {
        private final int hash;

        Part(Json value, ReferenceQueue<Json> gone) {
            super(value, gone);
            hash = System.identityHashCode(value);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(Object other) {
            if (this == other) {
                return true;
            }
            Json mine = get();
            return mine != null && other instanceof Part it && it.refersTo(mine);
        }
    }

    Known() {}

    public void add(Json value) {
        for (Reference<? extends Json> it = gone.poll(); it != null; it = gone.poll()) {
            parts.remove(it);
        }
        parts.add(new Part(value, gone));
    }

    /** The fields of an object that are known. */
    public JsonObject fields(JsonObject object) {
        var fields = JsonObject.builder();
        object.forEach(
                (name, value) -> {
                    if (has(value)) {
                        fields.put(name, value);
                    }
                });
        return fields.build();
    }

    public boolean has(Json value) {
        return parts.contains(new Part(value, gone));
    }
}
