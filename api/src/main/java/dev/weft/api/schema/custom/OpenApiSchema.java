package dev.weft.api.schema.custom;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonBoolean;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.schema.Schema;
import dev.weft.api.schema.Schema.ListType;
import dev.weft.api.schema.Schema.Type;
import java.util.List;
import java.util.Optional;

/** Schemas out of the OpenAPI documents that stand in CustomResourceDefinitions. Any thread. */
public final class OpenApiSchema {
    static final String INT_OR_STRING = "x-kubernetes-int-or-string";
    static final String PRESERVE = "x-kubernetes-preserve-unknown-fields";
    static final String EMBEDDED = "x-kubernetes-embedded-resource";
    static final String LIST_TYPE = "x-kubernetes-list-type";
    static final String LIST_KEYS = "x-kubernetes-list-map-keys";
    static final String MAP_TYPE = "x-kubernetes-map-type";
    static final String RULES = "x-kubernetes-validations";

    private static final List<String> RULE_WORDS =
            List.of(
                    "enum",
                    "pattern",
                    "minimum",
                    "maximum",
                    "exclusiveMinimum",
                    "exclusiveMaximum",
                    "multipleOf",
                    "minLength",
                    "maxLength",
                    "minItems",
                    "maxItems",
                    "uniqueItems",
                    "minProperties",
                    "maxProperties",
                    RULES);

    private OpenApiSchema() {}

    /** The schema that a document describes; what is no object in it describes nothing. */
    public static Schema parse(JsonObject document) {
        Schema.Builder builder = Schema.of(type(document));
        builder.source(document)
                .format(document.text("format").orElse(""))
                .description(document.text("description").orElse(""))
                .required(document.array("required").texts())
                .nullable(document.flag("nullable").orElse(false))
                .keepsUnknown(document.flag(PRESERVE).orElse(false))
                .embedded(document.flag(EMBEDDED).orElse(false))
                .atomic(document.text(MAP_TYPE).filter("atomic"::equals).isPresent());
        document.field("default").ifPresent(builder::standard);
        document.object("properties")
                .forEach(
                        (name, property) ->
                                property.object()
                                        .ifPresent(it -> builder.property(name, parse(it))));
        document.field("items")
                .flatMap(Json::object)
                .map(OpenApiSchema::parse)
                .ifPresent(builder::items);
        values(document).ifPresent(builder::values);
        listType(document, builder);
        combinations(document, builder);
        var rules = JsonObject.builder();
        RULE_WORDS.forEach(word -> rules.putIf(word, document.field(word)));
        return builder.rules(rules.build()).build();
    }

    private static Type type(JsonObject document) {
        if (document.flag(INT_OR_STRING).orElse(false)) {
            return Type.INT_OR_STRING;
        }
        return switch (document.text("type").orElse("")) {
            case "object" -> Type.OBJECT;
            case "array" -> Type.ARRAY;
            case "string" -> Type.STRING;
            case "integer" -> Type.INTEGER;
            case "number" -> Type.NUMBER;
            case "boolean" -> Type.BOOLEAN;
            default -> Type.ANY;
        };
    }

    private static Optional<Schema> values(JsonObject document) {
        return document.field("additionalProperties")
                .flatMap(
                        it ->
                                it == JsonBoolean.TRUE
                                        ? Optional.of(Schema.anything())
                                        : it.object().map(OpenApiSchema::parse));
    }

    private static void listType(JsonObject document, Schema.Builder builder) {
        switch (document.text(LIST_TYPE).orElse("")) {
            case "set" -> builder.listType(ListType.SET, List.of());
            case "map" -> builder.listType(ListType.MAP, document.array(LIST_KEYS).texts());
            default -> {}
        }
    }

    private static void combinations(JsonObject document, Schema.Builder builder) {
        for (String word : List.of("allOf", "anyOf", "oneOf")) {
            JsonArray schemas = document.array(word);
            if (!schemas.isEmpty()) {
                builder.combined(
                        word, schemas.objects().stream().map(OpenApiSchema::parse).toList());
            }
        }
        document.field("not")
                .flatMap(Json::object)
                .ifPresent(not -> builder.combined("not", List.of(parse(not))));
    }
}
