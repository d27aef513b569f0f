package dev.weft.api.openapi;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.kind.Kinds;
import dev.weft.api.schema.BuiltInTypes;
import dev.weft.api.schema.Schema;
import dev.weft.api.schema.Schema.ListType;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The schemas of one document: those of its kinds and of all that these refer to. Belongs to one
 * thread.
 */
final class Components {
    static final String REF = "#/components/schemas/";
    static final String GVK = "x-kubernetes-group-version-kind";

    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    private static final String QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity";
    private static final String INT_OR_STRING = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";

    private final Map<String, JsonObject> schemas = new TreeMap<>();
    private final Deque<Schema> left = new ArrayDeque<>();

    /** Adds a kind and its list; gives the kind's name in the document. */
    String add(Kinds.Found found) {
        String group = found.kind().group();
        String version = found.version().name();
        Schema schema = found.version().schema();
        String name =
                schema.typeName().isEmpty()
                        ? customName(group, version, found.kind().kind())
                        : schema.typeName();
        JsonObject body = schema.typeName().isEmpty() ? custom(schema) : struct(schema);
        schemas.put(name, body.with(GVK, gvks(group, version, found.kind().kind())));
        schemas.put(
                name + "List",
                list(name).with(GVK, gvks(group, version, found.kind().names().listKind())));
        addMeta("ListMeta");
        drain();
        return name;
    }

    /** Adds a type of the meta package by its short name. */
    void addMeta(String type) {
        refer(BuiltInTypes.meta(type));
        drain();
    }

    JsonObject all() {
        var all = JsonObject.builder();
        schemas.forEach(all::put);
        return all.build();
    }

    static JsonObject gvk(String group, String version, String kind) {
        return JsonObject.builder()
                .put("group", group)
                .put("kind", kind)
                .put("version", version)
                .build();
    }

    static JsonObject ref(String name) {
        return JsonObject.of("$ref", Json.of(REF + name));
    }

    private static JsonArray gvks(String group, String version, String kind) {
        return JsonArray.of(gvk(group, version, kind));
    }

    /** {@code example.com} becomes {@code com.example.v1.Widget}. */
    private static String customName(String group, String version, String kind) {
        List<String> parts = List.of(group.split("\\."));
        return String.join(".", parts.reversed()) + "." + version + "." + kind;
    }

    private void drain() {
        while (!left.isEmpty()) {
            Schema next = left.pop();
            if (!schemas.containsKey(next.typeName())) {
                schemas.put(next.typeName(), struct(next));
            }
        }
    }

    private JsonObject list(String name) {
        return JsonObject.builder()
                .put("description", "A list of objects.")
                .put("type", "object")
                .put("required", JsonArray.of(Json.of("items")))
                .put(
                        "properties",
                        JsonObject.builder()
                                .put("apiVersion", text("The version of the list's shape."))
                                .put(
                                        "items",
                                        JsonObject.of("type", Json.of("array"))
                                                .with("items", ref(name)))
                                .put("kind", text("What this is a list of."))
                                .put("metadata", ref(META + "ListMeta"))
                                .build())
                .build();
    }

    private static JsonObject text(String description) {
        return JsonObject.of("description", Json.of(description)).with("type", "string");
    }

    private JsonObject struct(Schema schema) {
        var body = JsonObject.builder();
        if (!schema.description().isEmpty()) {
            body.put("description", schema.description());
        }
        body.put("type", "object");
        if (!schema.required().isEmpty()) {
            body.put("required", JsonArray.ofTexts(schema.required()));
        }
        var properties = JsonObject.builder();
        new TreeMap<>(schema.properties())
                .forEach((name, field) -> properties.put(name, field(field)));
        JsonObject fields = properties.build();
        if (!fields.isEmpty()) {
            body.put("properties", fields);
        }
        return body.build();
    }

    /** A custom kind's own schema, and what every object has. */
    private JsonObject custom(Schema schema) {
        JsonObject source = schema.source();
        JsonObject properties = source.object("properties");
        properties =
                properties
                        .with("apiVersion", text("The group and version of the object's shape."))
                        .with("kind", text("What the object is."))
                        .with(
                                "metadata",
                                JsonObject.of("allOf", JsonArray.of(refer(BuiltInTypes.metadata())))
                                        .with(
                                                "description",
                                                "What is known of every object: its name, labels,"
                                                        + " owners."));
        return source.with("type", "object").with("properties", properties);
    }

    private JsonObject field(Schema schema) {
        JsonObject type = type(schema);
        var body = JsonObject.builder();
        if (!schema.description().isEmpty()) {
            body.put("description", schema.description());
        }
        if (type.has("$ref")) {
            body.put("allOf", JsonArray.of(type));
        } else {
            type.forEach(body::put);
        }
        schema.standard()
                .filter(it -> it.object().isEmpty())
                .ifPresent(it -> body.put("default", it));
        body.putIf("enum", schema.rules().field("enum"));
        if (schema.merge().byKey() || schema.merge().retainKeys()) {
            merge(schema, body);
        }
        if (schema.listType() == ListType.MAP) {
            body.put("x-kubernetes-list-map-keys", JsonArray.ofTexts(schema.listKeys()));
            body.put("x-kubernetes-list-type", "map");
        } else if (schema.listType() == ListType.SET) {
            body.put("x-kubernetes-list-type", "set");
        } else if (schema.type() == Schema.Type.ARRAY) {
            body.put("x-kubernetes-list-type", "atomic");
        }
        if (schema.isAtomic()) {
            body.put("x-kubernetes-map-type", "atomic");
        }
        return body.build();
    }

    private static void merge(Schema schema, JsonObject.Builder body) {
        if (!schema.merge().key().isEmpty()) {
            body.put("x-kubernetes-patch-merge-key", schema.merge().key());
        }
        String strategy = schema.merge().byKey() ? "merge" : "";
        if (schema.merge().retainKeys()) {
            strategy = strategy.isEmpty() ? "retainKeys" : "merge,retainKeys";
        }
        body.put("x-kubernetes-patch-strategy", strategy);
    }

    private JsonObject type(Schema schema) {
        if (schema.format().startsWith("Schema")) {
            return JsonObject.empty();
        }
        if (!schema.typeName().isEmpty()) {
            return refer(schema);
        }
        return switch (schema.type()) {
            case ANY -> JsonObject.empty();
            case OBJECT -> {
                JsonObject object = typed("object", "");
                yield schema.values()
                        .map(values -> object.with("additionalProperties", type(values)))
                        .orElse(object);
            }
            case ARRAY ->
                    typed("array", "")
                            .with("items", type(schema.items().orElseGet(Schema::anything)));
            case STRING -> typed("string", format(schema.format()));
            case INTEGER -> typed("integer", schema.format());
            case NUMBER -> typed("number", schema.format());
            case BOOLEAN -> typed("boolean", "");
            case INT_OR_STRING -> special(schema.format());
        };
    }

    private JsonObject refer(Schema schema) {
        left.push(schema);
        return ref(schema.typeName());
    }

    private JsonObject special(String format) {
        if (format.equals("quantity")) {
            schemas.put(
                    QUANTITY,
                    JsonObject.of("description", Json.of("An amount with a unit: 500m, 1.5Gi, 2."))
                            .with("oneOf", either("string", "number")));
            return ref(QUANTITY);
        }
        schemas.put(
                INT_OR_STRING,
                JsonObject.of(
                                "description",
                                Json.of("A whole number, or a text such as 25% or a port's name."))
                        .with("format", "int-or-string")
                        .with("oneOf", either("integer", "string")));
        return ref(INT_OR_STRING);
    }

    private static JsonArray either(String one, String other) {
        return JsonArray.of(typed(one, ""), typed(other, ""));
    }

    private static String format(String format) {
        return switch (format) {
            case "micro-time" -> "date-time";
            case "go-duration" -> "";
            default -> format;
        };
    }

    private static JsonObject typed(String type, String format) {
        JsonObject typed = JsonObject.of("type", Json.of(type));
        return format.isEmpty() ? typed : typed.with("format", format);
    }
}
