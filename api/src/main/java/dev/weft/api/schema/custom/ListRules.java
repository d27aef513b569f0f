package dev.weft.api.schema.custom;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonNull;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.schema.Causes;
import dev.weft.api.schema.Schema;
import dev.weft.api.schema.Schema.ListType;
import dev.weft.api.schema.Trail;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lists whose items are told apart: sets by value, maps by keys. */
final class ListRules {
    private ListRules() {}

    static void set(JsonArray array, Trail trail, Causes causes) {
        var seen = new HashSet<Json>();
        int index = 0;
        for (Json item : array) {
            if (!seen.add(item)) {
                causes.duplicate(trail + "[" + index + "]", item);
            }
            index++;
        }
    }

    static void map(JsonArray array, List<String> keys, Trail trail, Causes causes) {
        var seen = new HashSet<Json>();
        int index = 0;
        for (Json item : array) {
            JsonObject key = keyOf(item, keys);
            if (!seen.add(key)) {
                causes.duplicate(trail + "[" + index + "]", key);
            }
            index++;
        }
    }

    /** The items of a list as it was, by their keys; none where items cannot be told apart. */
    static Map<JsonObject, Json> byKey(@Nullable Json before, Schema schema) {
        var items = new HashMap<JsonObject, Json>();
        if (before instanceof JsonArray array && schema.listType() == ListType.MAP) {
            array.forEach(item -> items.put(keyOf(item, schema), item));
        }
        return items;
    }

    static JsonObject keyOf(Json item, Schema schema) {
        return keyOf(item, schema.listKeys());
    }

    private static JsonObject keyOf(Json item, List<String> keys) {
        JsonObject object = item.object().orElse(JsonObject.empty());
        var key = JsonObject.builder();
        for (String name : keys) {
            Json value = object.field(name).orElse(JsonNull.NULL);
            if (value != JsonNull.NULL) {
                key.put(name, value);
            }
        }
        return key.build();
    }
}
