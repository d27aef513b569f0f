package dev.weft.api.patch;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.schema.Schema;

final class StrategicPatch {
    private StrategicPatch() {}

    static Json apply(JsonObject current, JsonObject patch, Schema schema) {
        return MergePatch.apply(current, patch);
    }
}
