package dev.weft.api.kind;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonNull;
import dev.weft.api.codec.JsonNumber;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.kind.KindVersion.Scale;
import dev.weft.api.schema.Causes;
import java.util.List;

/** A custom kind that says where its number of replicas stands must have a number there. */
final class ScaleRules {
    private ScaleRules() {}

    static void check(Kinds.Found kind, JsonObject tree, Causes causes) {
        if (kind.version().scale().isEmpty()) {
            return;
        }
        Scale scale = kind.version().scale().get();
        String path = scale.specReplicas();
        List<String> steps = List.of(path.substring(1).split("\\."));
        Json here = tree;
        for (int i = 0; i < steps.size() && here != JsonNull.NULL; i++) {
            if (!(here instanceof JsonObject object)) {
                wrong(path, here, "map[string]interface{}", causes);
                return;
            }
            here = object.field(steps.get(i)).orElse(JsonNull.NULL);
        }
        if (here == JsonNull.NULL) {
            return;
        }
        if (!(here instanceof JsonNumber number && number.isInteger())) {
            wrong(path, here, "int64", causes);
        } else if (number.asLong() < 0) {
            causes.invalid(path, number, "should be a non-negative integer");
        } else if (number.asLong() > Integer.MAX_VALUE) {
            causes.invalid(path, number, "should be less than or equal to " + Integer.MAX_VALUE);
        }
    }

    private static void wrong(String path, Json value, String wanted, Causes causes) {
        String shown = value.text().orElseGet(value::toString);
        String type =
                switch (value) {
                    case JsonNumber number -> number.isInteger() ? "int64" : "float64";
                    case JsonObject object -> "map[string]interface {}";
                    default -> value.typeName();
                };
        if (value instanceof JsonNumber number && number.isWhole()) {
            shown = Long.toString(number.asLong());
        }
        causes.invalid(
                path,
                Json.of(0),
                "%s accessor error: %s is of the type %s, expected %s"
                        .formatted(path, shown, type, wanted));
    }
}
