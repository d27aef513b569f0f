package dev.weft.api.schema.custom;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonBoolean;
import dev.weft.api.codec.JsonNull;
import dev.weft.api.codec.JsonNumber;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonString;
import dev.weft.api.schema.Cause;
import dev.weft.api.schema.Causes;
import dev.weft.api.schema.Schema;
import dev.weft.api.schema.Schema.ListType;
import dev.weft.api.schema.Schema.Type;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Holds an object of a custom kind against its schema, in the words of a Kubernetes API. On a
 * change, what was wrong before and did not change is let pass, so that a rule that came later does
 * not lock an object up.
 */
final class CustomRules {
    /** What stands in the place of the field where a message names none. */
    private static final String NO_FIELD = "<nil>";

    private final Causes causes;

    CustomRules(Causes causes) {
        this.causes = causes;
    }

    /**
     * @param before the value as it was, null where there was none
     */
    void check(Json value, @Nullable Json before, Schema schema, String path) {
        if (before != null && value.equals(before)) {
            return;
        }
        type(value, schema, path);
        combinations(value, before, schema, path);
        switch (value) {
            case JsonString text -> ScalarRules.text(text, schema, path, causes);
            case JsonNumber number -> ScalarRules.number(number, schema, path, causes);
            case JsonArray array -> array(array, before, schema, path);
            case JsonObject object -> object(object, before, schema, path);
            case JsonBoolean flag -> {}
            case JsonNull nothing -> {}
        }
        enumeration(value, schema, path);
    }

    /** Sets and maps among the lists, and objects of the API within the object. */
    void checkLists(Json value, Schema schema, String path) {
        switch (value) {
            case JsonArray array -> {
                Schema items = schema.items().orElseGet(Schema::anything);
                if (schema.listType() == ListType.SET) {
                    ListRules.set(array, path, causes);
                } else if (schema.listType() == ListType.MAP) {
                    ListRules.map(array, schema.listKeys(), path, causes);
                }
                int index = 0;
                for (Json item : array) {
                    checkLists(item, items, path + "[" + index++ + "]");
                }
            }
            case JsonObject object ->
                    object.forEach(
                            (name, field) -> {
                                Schema property = schema.property(name);
                                if (property != null) {
                                    checkLists(field, property, child(path, name));
                                } else if (schema.values().isPresent()) {
                                    checkLists(
                                            field, schema.values().get(), path + "[" + name + "]");
                                }
                            });
            default -> {}
        }
    }

    /** Objects of the API within the object must say what they are. */
    void checkEmbedded(Json value, Schema schema, String path) {
        if (value instanceof JsonArray array) {
            Schema items = schema.items().orElseGet(Schema::anything);
            int index = 0;
            for (Json item : array) {
                checkEmbedded(item, items, path + "[" + index++ + "]");
            }
            return;
        }
        if (!(value instanceof JsonObject object)) {
            return;
        }
        if (schema.isEmbedded()) {
            for (String field : List.of("apiVersion", "kind")) {
                if (object.text(field).orElse("").isEmpty()) {
                    causes.required(child(path, field), "");
                }
            }
        }
        object.forEach(
                (name, field) -> {
                    Schema property = schema.property(name);
                    if (property != null) {
                        checkEmbedded(field, property, child(path, name));
                    } else if (schema.values().isPresent()) {
                        checkEmbedded(field, schema.values().get(), path + "[" + name + "]");
                    }
                });
    }

    private void type(Json value, Schema schema, String path) {
        boolean fits =
                switch (schema.type()) {
                    case ANY -> true;
                    case OBJECT -> value instanceof JsonObject;
                    case ARRAY -> value instanceof JsonArray;
                    case STRING -> value instanceof JsonString;
                    case INTEGER -> value instanceof JsonNumber number && number.isWhole();
                    case NUMBER -> value instanceof JsonNumber;
                    case BOOLEAN -> value instanceof JsonBoolean;
                    case INT_OR_STRING ->
                            value instanceof JsonString
                                    || value instanceof JsonNumber number && number.isWhole();
                };
        if (fits || value == JsonNull.NULL && schema.isNullable()) {
            return;
        }
        String seen = word(value);
        causes.wrongType(
                path.isEmpty() ? NO_FIELD : path,
                Json.of(seen),
                "%s in body must be of type %s: \"%s\"".formatted(path, word(schema.type()), seen));
    }

    static String word(Json value) {
        return value instanceof JsonNumber number && number.isInteger()
                ? "integer"
                : value.typeName();
    }

    private static String word(Type type) {
        return switch (type) {
            case OBJECT -> "object";
            case ARRAY -> "array";
            case STRING -> "string";
            case INTEGER -> "integer";
            case NUMBER -> "number";
            case BOOLEAN -> "boolean";
            case INT_OR_STRING -> "integer,string";
            case ANY -> "any";
        };
    }

    private void enumeration(Json value, Schema schema, String path) {
        JsonArray supported = schema.rules().array("enum");
        if (supported.isEmpty()
                || supported.items().contains(value)
                || value == JsonNull.NULL && schema.isNullable()) {
            return;
        }
        causes.unsupported(
                path,
                value,
                supported.stream().map(it -> it.text().orElseGet(it::toString)).toList());
    }

    private void array(JsonArray array, @Nullable Json before, Schema schema, String path) {
        JsonObject rules = schema.rules();
        rules.whole("maxItems")
                .filter(max -> array.size() > max)
                .ifPresent(max -> causes.tooMany(path, array.size(), max));
        rules.whole("minItems")
                .filter(min -> array.size() < min)
                .ifPresent(
                        min ->
                                causes.invalid(
                                        path,
                                        Json.of(array.size()),
                                        path + " in body should have at least " + min + " items"));
        Schema items = schema.items().orElse(null);
        if (items == null) {
            return;
        }
        Map<JsonObject, Json> old = ListRules.byKey(before, schema);
        int index = 0;
        for (Json item : array) {
            Json was = old.get(ListRules.keyOf(item, schema));
            check(item, was, items, path + "[" + index++ + "]");
        }
    }

    private void object(JsonObject object, @Nullable Json before, Schema schema, String path) {
        JsonObject rules = schema.rules();
        rules.whole("maxProperties")
                .filter(max -> object.size() > max)
                .ifPresent(max -> causes.tooMany(path, object.size(), max));
        rules.whole("minProperties")
                .filter(min -> object.size() < min)
                .ifPresent(
                        min ->
                                causes.invalid(
                                        path,
                                        Json.of(object.size()),
                                        path
                                                + " in body should have at least "
                                                + min
                                                + " properties"));
        for (String name : schema.required()) {
            if (!object.has(name)) {
                causes.required(child(path, name), "");
            }
        }
        JsonObject was = before instanceof JsonObject it ? it : JsonObject.empty();
        object.forEach(
                (name, value) -> {
                    Schema property = schema.property(name);
                    Schema known = property == null ? schema.values().orElse(null) : property;
                    boolean isMetadata = path.isEmpty() && name.equals("metadata");
                    if (known != null && !isMetadata) {
                        check(value, was.field(name).orElse(null), known, child(path, name));
                    }
                });
    }

    private void combinations(Json value, @Nullable Json before, Schema schema, String path) {
        List<Schema> any = schema.combined("anyOf");
        if (!any.isEmpty() && schema.type() != Type.INT_OR_STRING) {
            Map<Schema, List<Cause>> failed = failures(any, value, before, path);
            if (failed.size() == any.size()) {
                message("\"%s\" must validate at least one schema (anyOf)".formatted(path));
                failed.getOrDefault(any.getFirst(), List.of()).forEach(causes::add);
            }
        }
        List<Schema> one = schema.combined("oneOf");
        if (!one.isEmpty()) {
            Map<Schema, List<Cause>> failed = failures(one, value, before, path);
            int fits = one.size() - failed.size();
            String rule = "\"%s\" must validate one and only one schema (oneOf). ".formatted(path);
            if (fits == 0) {
                message(rule + "Found none valid");
                failed.getOrDefault(one.getFirst(), List.of()).forEach(causes::add);
            } else if (fits > 1) {
                message(rule + "Found " + fits + " valid alternatives");
            }
        }
        List<Schema> all = schema.combined("allOf");
        Map<Schema, List<Cause>> failed = failures(all, value, before, path);
        if (!failed.isEmpty()) {
            all.forEach(it -> failed.getOrDefault(it, List.of()).forEach(causes::add));
            message(
                    "\"%s\" must validate all the schemas (allOf)".formatted(path)
                            + (failed.size() == all.size() ? ". None validated" : ""));
        }
        List<Schema> not = schema.combined("not");
        if (!not.isEmpty() && failures(not, value, before, path).isEmpty()) {
            message("\"%s\" must not validate the schema (not)".formatted(path));
        }
    }

    /** Those of the schemas that the value does not fit, with what is wrong. */
    private static Map<Schema, List<Cause>> failures(
            List<Schema> schemas, Json value, @Nullable Json before, String path) {
        var failed = new HashMap<Schema, List<Cause>>();
        for (Schema schema : schemas) {
            var causes = new Causes();
            new CustomRules(causes).check(value, before, schema, path);
            if (!causes.isEmpty()) {
                failed.put(schema, causes.all());
            }
        }
        return failed;
    }

    private void message(String text) {
        causes.invalid(NO_FIELD, Json.of(""), text);
    }

    static String child(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
