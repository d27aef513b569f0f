package dev.weft.api.patch;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonNull;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A list that is merged item by item.
 *
 * @param key the field by which items are the same, empty for lists of plain values
 */
record MergedList(String key, Schema items) {

    JsonArray apply(JsonArray list, JsonArray patch, Optional<List<Json>> order) {
        List<Json> merged = key.isEmpty() ? values(list, patch) : objects(list, patch);
        return JsonArray.of(
                order.map(wanted -> ordered(merged, wanted, list.items())).orElse(merged));
    }

    private static List<Json> values(JsonArray list, JsonArray patch) {
        var merged = new ArrayList<>(list.items());
        for (Json item : patch) {
            if (!merged.contains(item)) {
                merged.add(item);
            }
        }
        return merged;
    }

    private List<Json> objects(JsonArray list, JsonArray patch) {
        var changes = new ArrayList<JsonObject>();
        var merged = new ArrayList<>(list.items());
        boolean replaces = false;
        for (Json item : patch) {
            JsonObject object =
                    item.object()
                            .orElseThrow(
                                    () ->
                                            StrategicPatch.malformed(
                                                    "an item of a list that is merged by %s must be"
                                                            + " an object, but is a %s",
                                                    key, item.typeName()));
            Optional<Json> directive = object.field(StrategicPatch.PATCH);
            if (directive.isEmpty()) {
                changes.add(object);
                continue;
            }
            switch (directive.get().text().orElse("")) {
                case "delete" -> {
                    Json wanted = keyOf(object);
                    merged.removeIf(it -> has(it, wanted));
                }
                case "replace" -> replaces = true;
                case "merge" ->
                        throw StrategicPatch.malformed(
                                "merging lists cannot yet be specified in the patch");
                default ->
                        throw StrategicPatch.malformed(
                                "unknown patch type found: %s in list",
                                StrategicPatch.shown(directive.get()));
            }
        }
        if (replaces) {
            return changes.stream().map(StrategicPatch::plain).toList();
        }
        changes.forEach(change -> merge(merged, change));
        return merged;
    }

    private void merge(List<Json> merged, JsonObject change) {
        Json wanted = keyOf(change);
        for (int i = 0; i < merged.size(); i++) {
            if (merged.get(i) instanceof JsonObject before && has(before, wanted)) {
                merged.set(i, StrategicPatch.apply(before, change, items));
                return;
            }
        }
        merged.add(StrategicPatch.plain(change));
    }

    private Json keyOf(JsonObject item) {
        return item.field(key)
                .filter(it -> it != JsonNull.NULL)
                .orElseThrow(
                        () ->
                                StrategicPatch.malformed(
                                        "map: %s does not contain declared merge key: %s",
                                        item, key));
    }

    private boolean has(Json item, Json wanted) {
        return item.object().flatMap(it -> it.field(key)).filter(wanted::equals).isPresent();
    }

    /** Every item of a patch must stand in the order that the patch wants, and in that order. */
    static void checkOrder(JsonArray patch, List<Json> order, String key) {
        int at = -1;
        for (Json item : patch) {
            if (item instanceof JsonObject object && object.has(StrategicPatch.PATCH)) {
                continue;
            }
            int place = place(order, item, key);
            if (place < at || place < 0) {
                throw StrategicPatch.malformed(
                        "The order in patch list:\n%s\n doesn't match $setElementOrder list:\n%s\n",
                        patch, JsonArray.of(order));
            }
            at = place;
        }
    }

    /**
     * The items that the order names come in that order; between them stand the others, each before
     * the first ordered item that it stood before.
     */
    private List<Json> ordered(List<Json> merged, List<Json> order, List<Json> before) {
        var named = new ArrayList<Json>();
        var others = new ArrayList<Json>();
        for (Json item : merged) {
            (place(order, item, key) >= 0 ? named : others).add(item);
        }
        named.sort((a, b) -> Integer.compare(place(order, a, key), place(order, b, key)));
        var all = new ArrayList<Json>(merged.size());
        int i = 0;
        for (Json item : named) {
            int place = place(before, item, key);
            while (i < others.size() && place >= 0) {
                int other = place(before, others.get(i), key);
                if (other < 0 || other >= place) {
                    break;
                }
                all.add(others.get(i++));
            }
            all.add(item);
        }
        all.addAll(others.subList(i, others.size()));
        return all;
    }

    private static int place(List<Json> list, Json item, String key) {
        if (key.isEmpty()) {
            return list.indexOf(item);
        }
        Json wanted = item.object().flatMap(it -> it.field(key)).orElse(JsonNull.NULL);
        for (int i = 0; i < list.size(); i++) {
            Json other = list.get(i).object().flatMap(it -> it.field(key)).orElse(JsonNull.NULL);
            if (other.equals(wanted) && wanted != JsonNull.NULL) {
                return i;
            }
        }
        return -1;
    }
}
