package dev.weft.api.patch;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonNull;
import dev.weft.api.codec.JsonObject;

/** RFC 7386: what the patch names is replaced, what it gives as null is removed. */
final class MergePatch {
    private MergePatch() {}

    static Json apply(Json target, Json patch) {
        if (!(patch instanceof JsonObject changes)) {
            return patch;
        }
        JsonObject result = target.object().orElse(JsonObject.empty());
        for (String name : changes.names()) {
            Json change = changes.field(name).orElse(JsonNull.NULL);
            if (change == JsonNull.NULL) {
                result = result.without(name);
            } else {
                Json before = result.field(name).orElse(JsonNull.NULL);
                result = result.with(name, apply(before, change));
            }
        }
        return result;
    }
}
