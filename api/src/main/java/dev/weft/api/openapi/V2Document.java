package dev.weft.api.openapi;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonBoolean;
import dev.weft.api.codec.JsonNull;
import dev.weft.api.codec.JsonNumber;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.api.codec.ProtobufOutput;
import java.util.List;

/**
 * A version 3 document in the older version 2, as the protobuf that clients before 1.27 read. What
 * version 2 has no word for (alternatives, nullable) is left out: there such a field takes
 * anything.
 */
final class V2Document {
    private static final String REF = "#/definitions/";
    private static final List<String> METHODS = List.of("get", "put", "post", "delete", "patch");
    private static final List<Integer> METHOD_NUMBERS = List.of(2, 3, 4, 5, 8);

    private V2Document() {}

    static byte[] write(JsonObject document) {
        var paths = new ProtobufOutput();
        document.object("paths")
                .forEach(
                        (path, item) ->
                                paths.message(
                                        2, named(path, pathItem(item.object().orElseThrow()))));
        var definitions = new ProtobufOutput();
        document.object("components", "schemas")
                .forEach(
                        (name, schema) ->
                                definitions.message(
                                        1, named(name, schema(schema.object().orElseThrow()))));
        return new ProtobufOutput()
                .text(1, "2.0")
                .message(
                        2,
                        new ProtobufOutput()
                                .text(1, document.text("info", "title").orElse(""))
                                .text(2, document.text("info", "version").orElse("")))
                .message(8, paths)
                .message(9, definitions)
                .toBytes();
    }

    private static ProtobufOutput named(String name, ProtobufOutput value) {
        return new ProtobufOutput().text(1, name).message(2, value);
    }

    private static ProtobufOutput pathItem(JsonObject item) {
        var out = new ProtobufOutput();
        for (int i = 0; i < METHODS.size(); i++) {
            JsonObject operation = item.object(METHODS.get(i));
            if (!operation.isEmpty()) {
                out.message(METHOD_NUMBERS.get(i), operation(operation));
            }
        }
        parameters(item, 9, out);
        return out;
    }

    private static ProtobufOutput operation(JsonObject operation) {
        var out = new ProtobufOutput();
        out.text(5, operation.text("operationId").orElse(""));
        for (String type : operation.object("requestBody", "content").names()) {
            out.text(7, type);
        }
        parameters(operation, 8, out);
        out.message(
                9,
                new ProtobufOutput()
                        .message(
                                1,
                                named(
                                        "200",
                                        new ProtobufOutput()
                                                .message(1, new ProtobufOutput().text(1, "OK")))));
        extensions(operation, 13, out);
        return out;
    }

    private static void parameters(JsonObject holder, int number, ProtobufOutput out) {
        for (JsonObject parameter : holder.array("parameters").objects()) {
            boolean inQuery = parameter.text("in").filter("query"::equals).isPresent();
            var body =
                    new ProtobufOutput()
                            .flag(1, !inQuery)
                            .text(2, inQuery ? "query" : "path")
                            .text(4, parameter.text("name").orElse(""))
                            .text(inQuery ? 6 : 5, parameter.text("schema", "type").orElse(""));
            var place = new ProtobufOutput().message(inQuery ? 3 : 4, body);
            out.message(
                    number,
                    new ProtobufOutput().message(1, new ProtobufOutput().message(2, place)));
        }
    }

    private static ProtobufOutput schema(JsonObject schema) {
        var out = new ProtobufOutput();
        String ref = reference(schema);
        if (!ref.isEmpty()) {
            out.text(1, ref);
        }
        schema.text("format").ifPresent(it -> out.text(2, it));
        schema.text("title").ifPresent(it -> out.text(3, it));
        schema.text("description").ifPresent(it -> out.text(4, it));
        schema.field("default").ifPresent(it -> out.message(5, any(it)));
        bounds(schema, out);
        schema.array("required").texts().forEach(it -> out.text(19, it));
        schema.array("enum").forEach(it -> out.message(20, any(it)));
        schema.field("additionalProperties").ifPresent(it -> additional(it, out));
        type(schema).ifPresent(it -> out.message(22, new ProtobufOutput().text(1, it)));
        schema.field("items")
                .flatMap(Json::object)
                .ifPresent(it -> out.message(23, new ProtobufOutput().message(1, schema(it))));
        JsonObject properties = schema.object("properties");
        if (!properties.isEmpty()) {
            var all = new ProtobufOutput();
            properties.forEach(
                    (name, property) ->
                            all.message(
                                    1,
                                    named(
                                            name,
                                            schema(property.object().orElse(JsonObject.empty())))));
            out.message(25, all);
        }
        extensions(schema, 31, out);
        return out;
    }

    private static java.util.Optional<String> type(JsonObject schema) {
        if (schema.text("format").filter("int-or-string"::equals).isPresent()
                || schema.array("oneOf").objects().stream()
                        .anyMatch(it -> it.text("type").filter("number"::equals).isPresent())) {
            return java.util.Optional.of("string");
        }
        return schema.text("type");
    }

    private static void additional(Json additional, ProtobufOutput out) {
        var item = new ProtobufOutput();
        switch (additional) {
            case JsonBoolean flag -> item.flag(2, flag.value());
            case JsonObject object -> item.message(1, schema(object));
            default -> {}
        }
        out.message(21, item);
    }

    /** A reference, also where it stands alone in an allOf beside a description. */
    private static String reference(JsonObject schema) {
        String ref = schema.text("$ref").orElse("");
        JsonArray all = schema.array("allOf");
        if (ref.isEmpty() && all.size() == 1) {
            ref = all.item(0).object().flatMap(it -> it.text("$ref")).orElse("");
        }
        return ref.replace(Components.REF, REF);
    }

    private static void bounds(JsonObject schema, ProtobufOutput out) {
        decimal(schema, "multipleOf", 6, out);
        decimal(schema, "maximum", 7, out);
        schema.flag("exclusiveMaximum").ifPresent(it -> out.flag(8, it));
        decimal(schema, "minimum", 9, out);
        schema.flag("exclusiveMinimum").ifPresent(it -> out.flag(10, it));
        schema.whole("maxLength").ifPresent(it -> out.number(11, it));
        schema.whole("minLength").ifPresent(it -> out.number(12, it));
        schema.text("pattern").ifPresent(it -> out.text(13, it));
        schema.whole("maxItems").ifPresent(it -> out.number(14, it));
        schema.whole("minItems").ifPresent(it -> out.number(15, it));
        schema.whole("maxProperties").ifPresent(it -> out.number(17, it));
        schema.whole("minProperties").ifPresent(it -> out.number(18, it));
    }

    private static void decimal(JsonObject schema, String word, int number, ProtobufOutput out) {
        if (schema.field(word).orElse(JsonNull.NULL) instanceof JsonNumber value) {
            out.decimal(number, value.asDecimal().doubleValue());
        }
    }

    private static void extensions(JsonObject holder, int number, ProtobufOutput out) {
        holder.forEach(
                (name, value) -> {
                    if (name.startsWith("x-kubernetes-")) {
                        out.message(number, named(name, any(value)));
                    }
                });
    }

    private static ProtobufOutput any(Json value) {
        return new ProtobufOutput().text(2, JsonText.write(value) + "\n");
    }
}
