package dev.weft.api.schema.custom;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonNull;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.schema.BuiltInAdmission;
import dev.weft.api.schema.BuiltInTypes;
import dev.weft.api.schema.Schema;
import dev.weft.api.schema.Schema.Type;
import dev.weft.api.schema.Trail;
import dev.weft.api.schema.validation.Known;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tree as a custom kind: nulls that may not be are left out, defaults put in, unknown
 * fields noted and left out. Values of the wrong type pass; the rules find them. Belongs to one
 * thread and one tree.
 */
final class CustomReader {
    private static final int NOTES_MAX = 100;
    private static final Set<String> OBJECT_FIELDS = Set.of("apiVersion", "kind", "metadata");

    private final JsonObject root;
    private final Known sound;
    private final List<String> unknown = new ArrayList<>();
    private final Trail trail = new Trail("");
    private String error = "";

    CustomReader(JsonObject root, Known sound) {
        this.root = root;
        this.sound = sound;
    }

    JsonObject read(Schema schema) {
        return object(root, schema, true, false);
    }

    /** In the order in which a Kubernetes API tells them. */
    List<String> unknown() {
        return unknown.stream().sorted().toList();
    }

    String error() {
        return error;
    }

    /** Defaults and nulls alone, as when a default of a schema is itself completed. */
    private Json value(Json value, Schema schema, boolean keepsUnknown) {
        return switch (value) {
            case JsonObject object -> {
                boolean shaped =
                        schema.type() == Type.OBJECT
                                || schema.type() == Type.ANY && !schema.properties().isEmpty()
                                || schema.isEmbedded();
                yield shaped || !keepsUnknown && schema.type() == Type.ANY
                        ? object(object, schema, schema.isEmbedded(), keepsUnknown)
                        : value;
            }
            case JsonArray array when schema.items().isPresent() ->
                    array(array, schema.items().get(), keepsUnknown);
            default -> value;
        };
    }

    private JsonArray array(JsonArray array, Schema items, boolean keepsUnknown) {
        List<Json> read = null;
        for (int i = 0; i < array.size(); i++) {
            Json item = array.item(i);
            trail.item(i);
            Json now = value(item, items, keepsUnknown);
            trail.up();
            if (read == null && now != item) {
                read = new ArrayList<>(array.items().subList(0, i));
            }
            if (read != null) {
                read.add(now);
            }
        }
        return read == null ? array : JsonArray.of(read);
    }

    private JsonObject object(
            JsonObject tree, Schema schema, boolean isResource, boolean outerKeeps) {
        boolean keeps = schema.keepsUnknown() || outerKeeps && schema.type() == Type.ANY;
        // what needs no change stays the object that it was
        JsonObject.Builder read = null;
        for (int i = 0; i < tree.size(); i++) {
            String name = tree.name(i);
            Json value = tree.value(i);
            trail.field(name);
            // what is known to have the form of the schema was read when it came
            Json now =
                    tree == root && sound.has(value)
                            ? value
                            : field(name, value, schema, isResource, keeps);
            trail.up();
            if (read == null && now != value) {
                read = JsonObject.builder();
                for (int k = 0; k < i; k++) {
                    read.put(tree.name(k), tree.value(k));
                }
            }
            if (read != null && now != null) {
                read.put(name, now);
            }
        }
        for (Map.Entry<String, Schema> field : schema.withStandard()) {
            String name = field.getKey();
            if (!(read == null ? tree.has(name) : read.has(name))) {
                Schema property = field.getValue();
                read = read == null ? copied(tree) : read;
                trail.field(name);
                read.put(name, value(property.standard().orElseThrow(), property, keeps));
                trail.up();
            }
        }
        return read == null ? tree : read.build();
    }

    private static JsonObject.Builder copied(JsonObject tree) {
        var copy = JsonObject.builder();
        tree.forEach(copy::put);
        return copy;
    }

    /** What a field is read as, null where it is left out. */
    private @Nullable Json field(
            String name, Json value, Schema schema, boolean isResource, boolean keeps) {
        Schema property = schema.property(name);
        if (isResource && OBJECT_FIELDS.contains(name)) {
            return name.equals("metadata") ? metadata(value) : value;
        }
        if (property != null) {
            boolean may = value != JsonNull.NULL || property.isNullable() || mayBeNull(property);
            return may ? value(value, property, keeps) : null;
        }
        Schema values = schema.values().orElse(null);
        if (values != null) {
            boolean may =
                    value != JsonNull.NULL || values.isNullable() || values.standard().isEmpty();
            return may ? value(value, values, values == Schema.anything() || keeps) : null;
        }
        if (keeps) {
            return value;
        }
        if (unknown.size() < NOTES_MAX) {
            unknown.add(trail.text());
        }
        return null;
    }

    /** A field of no type at all takes anything, also nothing. */
    private static boolean mayBeNull(Schema schema) {
        return schema.type() == Type.ANY && schema.keepsUnknown();
    }

    private Json metadata(Json value) {
        if (!(value instanceof JsonObject tree)) {
            if (value != JsonNull.NULL && error.isEmpty()) {
                error =
                        "json: cannot unmarshal %s into Go value of type v1.ObjectMeta"
                                .formatted(value.typeName());
            }
            return JsonObject.empty();
        }
        BuiltInAdmission.Read read =
                BuiltInAdmission.readPart(tree, BuiltInTypes.metadata(), trail.text());
        unknown.addAll(read.unknown());
        if (error.isEmpty()) {
            error = read.error();
        }
        return read.tree();
    }
}
