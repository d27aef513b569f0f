package dev.weft.app.cli;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonNull;
import dev.weft.api.codec.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * What must be changed so that an object is as the manifest now says, given what the manifest said
 * before: fields that the manifest sets are set, fields that it no longer sets are removed, and
 * fields that it never set are left to whoever set them. Pure functions.
 */
final class ThreeWayMerge {
    private ThreeWayMerge() {}

    /** A JSON merge patch, empty where nothing is to be done. */
    static JsonObject patch(JsonObject before, JsonObject wanted, JsonObject current) {
        var patch = JsonObject.builder();
        wanted.forEach(
                (name, value) -> {
                    Optional<Json> there = current.field(name);
                    Optional<JsonObject> wantedObject = value.object();
                    Optional<JsonObject> thereObject = there.flatMap(Json::object);
                    if (wantedObject.isPresent() && thereObject.isPresent()) {
                        JsonObject below =
                                patch(before.object(name), wantedObject.get(), thereObject.get());
                        if (!below.isEmpty()) {
                            patch.put(name, below);
                        }
                    } else if (differs(before.field(name), value, there)) {
                        patch.put(name, value);
                    }
                });
        before.forEach(
                (name, value) -> {
                    if (!wanted.has(name) && current.has(name)) {
                        patch.put(name, JsonNull.NULL);
                    }
                });
        return patch.build();
    }

    private static boolean differs(Optional<Json> before, Json wanted, Optional<Json> current) {
        if (current.isEmpty()) {
            return wanted != JsonNull.NULL;
        }
        if (wanted.equals(current.get())) {
            return false;
        }
        // A list is replaced whole, so what the API filled in within its items must not count as a
        // change; what the manifest took out of them since must.
        boolean sameAsBefore = before.isEmpty() || before.get().equals(wanted);
        return !(sameAsBefore && covers(current.get(), wanted));
    }

    /** Whether a value has everything that another says, and perhaps more. */
    private static boolean covers(Json value, Json said) {
        return switch (said) {
            case JsonObject it ->
                    value.object().isPresent()
                            && it.names().stream().allMatch(name -> coversField(value, it, name));
            case JsonArray it -> {
                List<Json> there = value.array().map(JsonArray::items).orElse(List.of());
                boolean same = there.size() == it.size();
                for (int i = 0; same && i < it.size(); i++) {
                    same = covers(there.get(i), it.item(i));
                }
                yield same;
            }
            default -> value.equals(said);
        };
    }

    private static boolean coversField(Json value, JsonObject said, String name) {
        Json wanted = said.field(name).orElse(JsonNull.NULL);
        Optional<Json> there = value.object().flatMap(object -> object.field(name));
        return there.map(json -> covers(json, wanted)).orElse(wanted == JsonNull.NULL);
    }
}
