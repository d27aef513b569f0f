package dev.weft.api.schema;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonNull;
import dev.weft.api.codec.JsonObject;
import java.util.Map;

/**
 * Holds an object of a built-in kind against the rules of its fields, outside in, and against the
 * rules that compare fields with one another.
 */
final class BuiltInRules {
    private final Causes causes;
    private final FieldChecks fields;

    BuiltInRules(Causes causes) {
        this.causes = causes;
        this.fields = new FieldChecks(causes);
    }

    void check(JsonObject tree, Schema schema, String path) {
        if (schema.format().equals("raw")
                || schema.typeName().endsWith("JSONSchemaProps")
                || schema.typeName().endsWith(".ObjectMeta")) {
            return;
        }
        String prefix = path.isEmpty() ? "" : path + ".";
        for (Map.Entry<String, Schema> entry : schema.properties().entrySet()) {
            String name = entry.getKey();
            if (name.equals("status") && path.isEmpty()) {
                continue;
            }
            fields.check(entry.getValue(), tree.field(name), prefix + name);
        }
        CrossFieldRules.check(tree, schema.typeName(), path, causes);
        for (String name : tree.names()) {
            Schema field = schema.property(name);
            if (field != null && !(name.equals("status") && path.isEmpty())) {
                value(tree.field(name).orElse(JsonNull.NULL), field, prefix + name);
            }
        }
    }

    private void value(Json value, Schema schema, String path) {
        switch (value) {
            case JsonObject object when schema.values().isPresent() ->
                    object.forEach(
                            (name, item) ->
                                    value(item, schema.values().get(), path + "[" + name + "]"));
            case JsonObject object when schema.type() == Schema.Type.OBJECT ->
                    check(object, schema, path);
            case JsonArray array when schema.items().isPresent() -> {
                int index = 0;
                for (Json item : array) {
                    value(item, schema.items().get(), path + "[" + index++ + "]");
                }
            }
            default -> {}
        }
    }
}
