package dev.weft.api.schema.custom;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonNull;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.schema.BuiltInAdmission;
import dev.weft.api.schema.BuiltInTypes;
import dev.weft.api.schema.Schema;
import dev.weft.api.schema.Schema.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a tree as a custom kind: nulls that may not be are left out, defaults put in, unknown
 * fields noted and left out. Values of the wrong type pass; the rules find them. Belongs to one
 * thread and one tree.
 */
final class CustomReader {
    private static final int NOTES_MAX = 100;
    private static final Set<String> OBJECT_FIELDS = Set.of("apiVersion", "kind", "metadata");

    private final List<String> unknown = new ArrayList<>();
    private String error = "";

    JsonObject read(JsonObject tree, Schema schema) {
        return object(tree, schema, "", true, false);
    }

    /** In the order in which a Kubernetes API tells them. */
    List<String> unknown() {
        return unknown.stream().sorted().toList();
    }

    String error() {
        return error;
    }

    /** Defaults and nulls alone, as when a default of a schema is itself completed. */
    private Json value(Json value, Schema schema, String path, boolean keepsUnknown) {
        return switch (value) {
            case JsonObject object -> {
                boolean shaped =
                        schema.type() == Type.OBJECT
                                || schema.type() == Type.ANY && !schema.properties().isEmpty()
                                || schema.isEmbedded();
                yield shaped || !keepsUnknown && schema.type() == Type.ANY
                        ? object(object, schema, path, schema.isEmbedded(), keepsUnknown)
                        : value;
            }
            case JsonArray array when schema.items().isPresent() -> {
                Schema items = schema.items().get();
                var read = new ArrayList<Json>(array.size());
                for (Json item : array) {
                    read.add(value(item, items, path + "[" + read.size() + "]", keepsUnknown));
                }
                yield JsonArray.of(read);
            }
            default -> value;
        };
    }

    private JsonObject object(
            JsonObject tree, Schema schema, String path, boolean isResource, boolean outerKeeps) {
        boolean keeps = schema.keepsUnknown() || outerKeeps && schema.type() == Type.ANY;
        var read = JsonObject.builder();
        for (String name : tree.names()) {
            Json value = tree.field(name).orElse(JsonNull.NULL);
            String here = path.isEmpty() ? name : path + "." + name;
            Schema property = schema.property(name);
            if (isResource && OBJECT_FIELDS.contains(name)) {
                read.put(name, name.equals("metadata") ? metadata(value, here) : value);
            } else if (property != null) {
                if (value != JsonNull.NULL || property.isNullable() || mayBeNull(property)) {
                    read.put(name, value(value, property, here, keeps));
                }
            } else if (schema.values().isPresent()) {
                Schema values = schema.values().get();
                if (value != JsonNull.NULL || values.isNullable() || values.standard().isEmpty()) {
                    read.put(
                            name, value(value, values, here, values == Schema.anything() || keeps));
                }
            } else if (keeps) {
                read.put(name, value);
            } else if (unknown.size() < NOTES_MAX) {
                unknown.add(here);
            }
        }
        for (Map.Entry<String, Schema> field : schema.properties().entrySet()) {
            Optional<Json> standard = field.getValue().standard();
            if (standard.isPresent() && !read.has(field.getKey())) {
                String here = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
                read.put(field.getKey(), value(standard.get(), field.getValue(), here, keeps));
            }
        }
        return read.build();
    }

    /** A field of no type at all takes anything, also nothing. */
    private static boolean mayBeNull(Schema schema) {
        return schema.type() == Type.ANY && schema.keepsUnknown();
    }

    private Json metadata(Json value, String path) {
        if (!(value instanceof JsonObject tree)) {
            if (value != JsonNull.NULL && error.isEmpty()) {
                error =
                        "json: cannot unmarshal %s into Go value of type v1.ObjectMeta"
                                .formatted(value.typeName());
            }
            return JsonObject.empty();
        }
        BuiltInAdmission.Read read = BuiltInAdmission.readPart(tree, BuiltInTypes.metadata(), path);
        unknown.addAll(read.unknown());
        if (error.isEmpty()) {
            error = read.error();
        }
        return read.tree();
    }
}
