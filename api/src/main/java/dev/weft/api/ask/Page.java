package dev.weft.api.ask;

import dev.weft.api.codec.JsonObject;
import java.util.List;
import java.util.OptionalLong;

/**
 * Objects as they stood at one moment, or some of them.
 *
 * @param continueFrom the token for the next page, empty where this was the last
 * @param remaining how many are left after this page, where that is known
 */
public record Page(
        List<JsonObject> items, long version, String continueFrom, OptionalLong remaining) {
    public Page {
        items = List.copyOf(items);
    }
}
