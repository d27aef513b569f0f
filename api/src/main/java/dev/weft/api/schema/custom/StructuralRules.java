package dev.weft.api.schema.custom;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonBoolean;
import dev.weft.api.codec.JsonNull;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.schema.Cause;
import dev.weft.api.schema.Causes;
import dev.weft.api.schema.Schema;
import dev.weft.api.schema.Trail;
import dev.weft.api.schema.validation.Validations;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What must be true of a schema in a CustomResourceDefinition, so that it says of every field what
 * it is: it is "structural".
 */
final class StructuralRules {
    private static final int DEPTH_MAX = 200;
    private static final Set<String> TYPES =
            Set.of("array", "boolean", "integer", "number", "object", "string");
    private static final Map<String, String> UNSUPPORTED =
            Map.of(
                    "id", "id is not supported",
                    "additionalItems", "additionalItems is not supported",
                    "patternProperties", "patternProperties is not supported",
                    "definitions", "definitions is not supported",
                    "dependencies", "dependencies is not supported",
                    "$ref", "$ref is not supported");
    private static final List<String> NOT_NESTED_EMPTY =
            List.of("type", "title", "description", OpenApiSchema.LIST_KEYS, OpenApiSchema.RULES);
    private static final List<String> NOT_NESTED_UNDEFINED =
            List.of(
                    "additionalProperties",
                    "default",
                    OpenApiSchema.LIST_TYPE,
                    OpenApiSchema.MAP_TYPE);
    private static final List<String> NOT_NESTED_FALSE =
            List.of(
                    "nullable",
                    OpenApiSchema.PRESERVE,
                    OpenApiSchema.EMBEDDED,
                    OpenApiSchema.INT_OR_STRING);
    private static final JsonArray INT_OR_STRING_FORM =
            JsonArray.of(
                    JsonObject.of("type", Json.of("integer")),
                    JsonObject.of("type", Json.of("string")));

    /** Where in the document a schema stands. */
    private enum Level {
        ROOT("must not be empty at the root"),
        ITEM("must not be empty for specified array items"),
        FIELD("must not be empty for specified object fields");

        private final String message;

        Level(String message) {
            this.message = message;
        }
    }

    /** What is wrong with single words. */
    private final Causes words = new Causes();

    /** What is wrong with the structure. */
    private final Causes causes = new Causes();

    private final Causes all;

    /** Whether a word stands there without which no structure can be made out. */
    private boolean unreadable;

    StructuralRules(Causes all) {
        this.all = all;
    }

    void check(JsonObject schema, String path) {
        if (schema.flag("nullable").orElse(false)) {
            words.forbidden(path + ".nullable", "nullable cannot be true at the root");
        }
        check(schema, path, Level.ROOT, 0);
        words.all().forEach(all::add);
        if (!unreadable) {
            causes.all().forEach(all::add);
        }
    }

    private void check(JsonObject schema, String path, Level level, int depth) {
        if (depth > DEPTH_MAX) {
            causes.invalid(path, Json.of(""), "nested too deeply");
            return;
        }
        words(schema, path);
        type(schema, path, level);
        lists(schema, path);
        Optional<JsonObject> items = schema.field("items").flatMap(Json::object);
        String type = schema.text("type").orElse("");
        if (type.equals("array") && items.isEmpty() && !schema.has("items")) {
            causes.required(path + ".items", "must be specified");
        }
        items.ifPresent(it -> check(it, path + ".items", Level.ITEM, depth + 1));
        JsonObject properties = schema.object("properties");
        properties.forEach(
                (name, property) ->
                        check(
                                property.object().orElse(JsonObject.empty()),
                                path + ".properties[" + name + "]",
                                Level.FIELD,
                                depth + 1));
        additional(schema, path, level, depth);
        boolean resource = level == Level.ROOT || schema.flag(OpenApiSchema.EMBEDDED).orElse(false);
        if (resource) {
            resourceFields(properties, path, level);
        }
        combinations(schema, path, true, depth);
        standard(schema, path);
    }

    private void words(JsonObject schema, String path) {
        UNSUPPORTED.forEach(
                (word, message) -> {
                    if (schema.has(word)) {
                        unreadable = true;
                        words.forbidden(path + "." + word, message);
                    }
                });
        if (schema.flag("uniqueItems").orElse(false)) {
            words.forbidden(
                    path + ".uniqueItems",
                    "uniqueItems cannot be set to true since the runtime complexity becomes"
                            + " quadratic");
        }
        if (schema.field("items").filter(JsonArray.class::isInstance).isPresent()) {
            unreadable = true;
            words.forbidden(path + ".items", "items must be a schema object and not an array");
        }
        boolean anyMore = schema.flag("additionalProperties").orElse(false);
        if (!schema.object("properties").isEmpty()
                && schema.has("additionalProperties")
                && !anyMore) {
            words.forbidden(
                    path + ".additionalProperties",
                    "additionalProperties and properties are mutual exclusive");
        }
        if (schema.flag(OpenApiSchema.PRESERVE).filter(it -> !it).isPresent()) {
            unreadable = true;
            words.invalid(
                    path + "." + OpenApiSchema.PRESERVE,
                    JsonBoolean.FALSE,
                    "must be true or undefined");
        }
        String type = schema.text("type").orElse("");
        if (type.equals("null")) {
            words.forbidden(
                    path + ".type", "type cannot be set to null, use nullable as an alternative");
        }
        if (!type.isEmpty() && !TYPES.contains(type)) {
            words.unsupported(path + ".type", Json.of(type), TYPES.stream().sorted().toList());
        }
        Optional<String> pattern = schema.text("pattern");
        pattern.flatMap(Patterns::problem)
                .ifPresent(
                        problem ->
                                words.invalid(
                                        path + ".pattern",
                                        Json.of(pattern.get()),
                                        "must be a valid regular expression, but isn't: "
                                                + problem));
    }

    private void type(JsonObject schema, String path, Level level) {
        String type = schema.text("type").orElse("");
        boolean intOrString = schema.flag(OpenApiSchema.INT_OR_STRING).orElse(false);
        boolean preserve = schema.flag(OpenApiSchema.PRESERVE).orElse(false);
        boolean embedded = schema.flag(OpenApiSchema.EMBEDDED).orElse(false);
        String here = path + ".type";
        if (embedded && !type.equals("object")) {
            String message = "must be object if x-kubernetes-embedded-resource is true";
            if (type.isEmpty()) {
                causes.required(here, message);
            } else {
                causes.invalid(here, Json.of(type), message);
            }
        } else if (type.isEmpty() && !intOrString && !preserve) {
            causes.required(here, level.message);
        }
        if (level == Level.ROOT && !type.isEmpty() && !type.equals("object")) {
            causes.invalid(here, Json.of(type), "must be object at the root");
        }
        if (embedded && !preserve && schema.object("properties").isEmpty()) {
            causes.required(
                    path + ".properties",
                    "must not be empty if x-kubernetes-embedded-resource is true without"
                            + " x-kubernetes-preserve-unknown-fields");
        }
        if (intOrString && preserve) {
            causes.invalid(
                    path + "." + OpenApiSchema.PRESERVE,
                    JsonBoolean.TRUE,
                    "must be false if x-kubernetes-int-or-string is true");
        }
    }

    private void lists(JsonObject schema, String path) {
        Optional<String> listType = schema.text(OpenApiSchema.LIST_TYPE);
        String type = schema.text("type").orElse("");
        Optional<String> mapType = schema.text(OpenApiSchema.MAP_TYPE);
        if (mapType.isPresent()) {
            mustBe("object", OpenApiSchema.MAP_TYPE, type, path);
            if (!List.of("atomic", "granular").contains(mapType.get())) {
                words.unsupported(
                        path + "." + OpenApiSchema.MAP_TYPE,
                        Json.of(mapType.get()),
                        List.of("atomic", "granular"));
            }
        }
        List<String> keys = schema.array(OpenApiSchema.LIST_KEYS).texts();
        if (listType.isPresent()) {
            mustBe("array", OpenApiSchema.LIST_TYPE, type, path);
            if (!List.of("atomic", "set", "map").contains(listType.get())) {
                words.unsupported(
                        path + "." + OpenApiSchema.LIST_TYPE,
                        Json.of(listType.get()),
                        List.of("atomic", "set", "map"));
            }
        }
        boolean isMap = listType.filter("map"::equals).isPresent();
        if (!keys.isEmpty() && !isMap) {
            words.required(
                    path + "." + OpenApiSchema.LIST_TYPE,
                    "must be map if x-kubernetes-list-map-keys is non-empty");
        }
        if (isMap) {
            listKeys(schema, keys, path);
        }
    }

    private void listKeys(JsonObject schema, List<String> keys, String path) {
        String here = path + "." + OpenApiSchema.LIST_KEYS;
        JsonObject items = schema.object("items");
        if (keys.isEmpty()) {
            words.required(here, "must not be empty if x-kubernetes-list-type is map");
        }
        if (!schema.has("items")) {
            words.required(path + ".items", "must have a schema if x-kubernetes-list-type is map");
            return;
        }
        JsonObject properties = items.object("properties");
        List<String> required = items.array("required").texts();
        for (String key : keys) {
            if (!properties.has(key)) {
                words.invalid(
                        here,
                        JsonArray.ofTexts(keys),
                        "entries must all be names of item properties");
            } else if (!required.contains(key) && !properties.object(key).has("default")) {
                words.required(
                        path + ".items.properties[" + key + "].default",
                        "this property is in x-kubernetes-list-map-keys, so it must have a default"
                                + " or be a required property");
            }
        }
        if (new HashSet<>(keys).size() < keys.size()) {
            words.invalid(here, JsonArray.ofTexts(keys), "must not contain duplicate entries");
        }
    }

    private void mustBe(String wanted, String word, String type, String path) {
        if (!type.equals(wanted)) {
            String message = "must be " + wanted + " if " + word + " is specified";
            if (type.isEmpty()) {
                words.required(path + ".type", message);
            } else {
                words.invalid(path + ".type", Json.of(type), message);
            }
        }
    }

    private void additional(JsonObject schema, String path, Level level, int depth) {
        Optional<Json> additional = schema.field("additionalProperties");
        if (additional.isPresent() && level == Level.ROOT) {
            causes.forbidden(path + ".additionalProperties", "must not be used at the root");
        }
        additional
                .flatMap(Json::object)
                .ifPresent(it -> check(it, path + ".additionalProperties", Level.FIELD, depth + 1));
    }

    private void resourceFields(JsonObject properties, String path, Level level) {
        for (String name : List.of("apiVersion", "kind")) {
            String type = properties.text(name, "type").orElse("");
            if (properties.has(name) && !type.equals("string")) {
                causes.invalid(
                        path + ".properties[" + name + "].type", Json.of(type), "must be string");
            }
        }
        if (!properties.has("metadata")) {
            return;
        }
        JsonObject metadata = properties.object("metadata");
        String here = path + ".properties[metadata]";
        String type = metadata.text("type").orElse("");
        if (!type.equals("object")) {
            causes.invalid(here + ".type", Json.of(type), "must be object");
        }
        boolean plain =
                metadata.names().stream()
                                .allMatch(it -> it.equals("type") || it.equals("properties"))
                        && metadata.object("properties").names().stream()
                                .allMatch(it -> it.equals("name") || it.equals("generateName"));
        if (level == Level.ROOT && !plain) {
            causes.forbidden(
                    here,
                    "must not specify anything other than name and generateName, but metadata is"
                            + " implicitly specified");
        }
    }

    private void combinations(JsonObject schema, String path, boolean isOuter, int depth) {
        boolean intOrString = schema.array("anyOf").equals(INT_OR_STRING_FORM);
        for (String word : List.of("anyOf", "allOf", "oneOf")) {
            int index = 0;
            for (JsonObject nested : schema.array(word).objects()) {
                String here = path + "." + word + "[" + index + "]";
                boolean pattern =
                        isOuter
                                && (word.equals("anyOf") && intOrString
                                        || word.equals("allOf")
                                                && index == 0
                                                && nested.array("anyOf")
                                                        .equals(INT_OR_STRING_FORM));
                index++;
                if (!pattern) {
                    nested(nested, here, depth + 1);
                }
            }
        }
        schema.field("not")
                .flatMap(Json::object)
                .ifPresent(it -> nested(it, path + ".not", depth + 1));
    }

    /** What stands inside a combination may only narrow values, not say what they are. */
    private void nested(JsonObject schema, String path, int depth) {
        if (depth > DEPTH_MAX) {
            causes.invalid(path, Json.of(""), "nested too deeply");
            return;
        }
        words(schema, path);
        forbid(schema, NOT_NESTED_EMPTY, "must be empty to be structural", path);
        forbid(schema, NOT_NESTED_UNDEFINED, "must be undefined to be structural", path);
        for (String word : NOT_NESTED_FALSE) {
            if (schema.flag(word).orElse(false)) {
                causes.forbidden(path + "." + word, "must be false to be structural");
            }
        }
        JsonObject properties = schema.object("properties");
        if (properties.has("metadata")) {
            causes.forbidden(
                    path + ".properties[metadata]", "must not be specified in a nested context");
        }
        properties.forEach(
                (name, property) ->
                        property.object()
                                .ifPresent(
                                        it ->
                                                nested(
                                                        it,
                                                        path + ".properties[" + name + "]",
                                                        depth + 1)));
        schema.field("items")
                .flatMap(Json::object)
                .ifPresent(it -> nested(it, path + ".items", depth + 1));
        combinations(schema, path, false, depth);
    }

    private void forbid(JsonObject schema, List<String> words, String message, String path) {
        for (String word : words) {
            boolean given =
                    schema.field(word)
                            .filter(it -> it.text().filter(String::isEmpty).isEmpty())
                            .isPresent();
            if (given) {
                causes.forbidden(path + "." + word, message);
            }
        }
    }

    /** A default must itself be what the schema wants. */
    private void standard(JsonObject schema, String path) {
        Json standard = schema.field("default").orElse(JsonNull.NULL);
        if (standard == JsonNull.NULL) {
            return;
        }
        Schema parsed = OpenApiSchema.parse(schema.without("default"));
        var wrong = new Causes();
        Json whole =
                standard instanceof JsonObject object
                        ? CustomAdmission.read(object, parsed).tree()
                        : standard;
        new CustomRules(wrong, new Trail("")).check(whole, null, null, parsed);
        if (wrong.isEmpty()) {
            Validations.brokenBy(standard, parsed).forEach(wrong::add);
        }
        for (Cause cause : wrong.all()) {
            String field = cause.field().startsWith("<") ? "" : "." + cause.field();
            causes.add(new Cause(cause.reason(), cause.message(), path + ".default" + field));
        }
    }
}
