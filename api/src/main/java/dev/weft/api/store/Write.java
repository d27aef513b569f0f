package dev.weft.api.store;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Key;
import java.util.Optional;

/**
 * A write that somebody wants.
 *
 * @param expected the version that must be there still; 0 where nothing may be there
 * @param next the object, absent to remove it
 * @param synced whether the answer waits until the disk has it; what can be rebuilt need not
 * @param guard what else must hold at the moment of the write
 */
public record Write(
        String collection,
        Key key,
        long expected,
        Optional<JsonObject> next,
        boolean synced,
        Guard guard) {

    /**
     * Looks at all objects on the store thread just before the write is decided; throws an {@code
     * ApiException} to refuse it. Must be quick.
     */
    @FunctionalInterface
    public interface Guard {
        void check(Image image);

        static Guard none() {
            return image -> {};
        }
    }
}
