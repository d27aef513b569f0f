package dev.weft.api.ask;

import dev.weft.api.codec.JsonObject;

/**
 * What a write or a deletion came to.
 *
 * @param tree the object at the version that was asked for, as it is or as it last was
 * @param state what happened to it
 */
public record Written(JsonObject tree, State state) {
    /** What happened to an object. */
    public enum State {
        CREATED,
        CHANGED,
        UNCHANGED,
        /** It is marked as going, and is there until what it waits for is done. */
        GOING,
        GONE
    }
}
