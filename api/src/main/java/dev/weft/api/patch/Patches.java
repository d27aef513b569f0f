package dev.weft.api.patch;

import dev.weft.api.client.Patch;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.schema.Schema;

/** The one way in to the three forms of patch. Any thread. */
public final class Patches {
    /** Well below what a reader of the stored text takes. */
    private static final int DEPTH_MAX = 400;

    private Patches() {}

    /**
     * The object as the patch leaves it. What comes out is not yet checked against the shape.
     *
     * @param schema the shape of the object's kind, which a strategic merge patch asks how lists
     *     are merged
     * @throws PatchException where the body is no patch of that form, or does not fit the object
     */
    public static JsonObject apply(Patch.Form form, JsonObject current, Json body, Schema schema) {
        Json result =
                switch (form) {
                    case JSON -> JsonPatch.apply(current, body);
                    case MERGE -> MergePatch.apply(current, object(body));
                    case STRATEGIC -> StrategicPatch.apply(current, object(body), schema);
                };
        if (isDeeper(result, DEPTH_MAX)) {
            throw new PatchException(
                    PatchException.Problem.UNFIT,
                    "the patch leaves an object that is nested more than "
                            + DEPTH_MAX
                            + " levels deep");
        }
        return result.object()
                .orElseThrow(
                        () ->
                                new PatchException(
                                        PatchException.Problem.UNFIT,
                                        "the patch leaves no object but a " + result.typeName()));
    }

    private static boolean isDeeper(Json value, int levels) {
        int size =
                switch (value) {
                    case JsonObject object -> object.size();
                    case JsonArray array -> array.size();
                    default -> -1;
                };
        if (size < 0) {
            return false;
        }
        boolean deeper = levels == 0;
        for (int i = 0; i < size && !deeper; i++) {
            Json below = value instanceof JsonObject object ? object.value(i) : item(value, i);
            deeper = isDeeper(below, levels - 1);
        }
        return deeper;
    }

    private static Json item(Json array, int place) {
        return ((JsonArray) array).item(place);
    }

    private static JsonObject object(Json body) {
        return body.object()
                .orElseThrow(
                        () ->
                                new PatchException(
                                        PatchException.Problem.MALFORMED,
                                        "the patch must be an object, but is a "
                                                + body.typeName()));
    }
}
