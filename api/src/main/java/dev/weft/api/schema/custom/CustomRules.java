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
import dev.weft.api.schema.Trail;
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
    private final Trail trail;
    private boolean certain = true;

    CustomRules(Causes causes, Trail trail) {
        this.causes = causes;
        this.trail = trail;
    }

    /** Whether all that was let pass is known to be right. */
    boolean isCertain() {
        return certain;
    }

    /**
     * @param before the value as it was, null where there was none
     * @param twin what stood at the same place of an object that is known to be right in every
     *     part; null where there was none
     */
    void check(Json value, @Nullable Json before, @Nullable Json twin, Schema schema) {
        if (value == twin) {
            return;
        }
        if (before != null && value.equals(before)) {
            certain = false;
            return;
        }
        type(value, schema);
        combinations(value, before, schema);
        switch (value) {
            case JsonString text -> ScalarRules.text(text, schema, trail, causes);
            case JsonNumber number -> ScalarRules.number(number, schema, trail, causes);
            case JsonArray array -> array(array, before, twin, schema);
            case JsonObject object -> object(object, before, twin, schema);
            case JsonBoolean flag -> {}
            case JsonNull nothing -> {}
        }
        enumeration(value, schema);
    }

    /** Sets and maps among the lists, and objects of the API within the object. */
    void checkLists(Json value, @Nullable Json twin, Schema schema) {
        if (value == twin) {
            return;
        }
        if (value instanceof JsonArray array) {
            if (schema.listType() == ListType.SET) {
                ListRules.set(array, trail, causes);
            } else if (schema.listType() == ListType.MAP) {
                ListRules.map(array, schema.listKeys(), trail, causes);
            }
        }
        below(value, twin, schema, this::checkLists);
    }

    /** Objects of the API within the object must say what they are. */
    void checkEmbedded(Json value, @Nullable Json twin, Schema schema) {
        if (value == twin) {
            return;
        }
        if (value instanceof JsonObject object && schema.isEmbedded()) {
            for (String field : List.of("apiVersion", "kind")) {
                if (object.text(field).orElse("").isEmpty()) {
                    causes.required(trail.text(field), "");
                }
            }
        }
        below(value, twin, schema, this::checkEmbedded);
    }

    /** What holds of a value and its schema. */
    private interface Check {
        void check(Json value, @Nullable Json twin, Schema schema);
    }

    private void below(Json value, @Nullable Json twin, Schema schema, Check check) {
        if (value instanceof JsonArray array) {
            Schema items = schema.items().orElseGet(Schema::anything);
            for (int i = 0; i < array.size(); i++) {
                trail.item(i);
                check.check(array.item(i), item(twin, i), items);
                trail.up();
            }
        } else if (value instanceof JsonObject object) {
            for (int i = 0; i < object.size(); i++) {
                String name = object.name(i);
                Schema property = schema.property(name);
                Schema known = property == null ? schema.values().orElse(null) : property;
                if (known != null) {
                    step(name, property != null);
                    check.check(object.value(i), field(twin, name), known);
                    trail.up();
                }
            }
        }
    }

    private static @Nullable Json item(@Nullable Json array, int place) {
        return array instanceof JsonArray it && place < it.size() ? it.item(place) : null;
    }

    private static @Nullable Json field(@Nullable Json object, String name) {
        return object instanceof JsonObject it ? it.field(name).orElse(null) : null;
    }

    private void step(String name, boolean isDeclared) {
        if (isDeclared) {
            trail.field(name);
        } else {
            trail.entry(name);
        }
    }

    private void type(Json value, Schema schema) {
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
        String path = trail.text();
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

    private void enumeration(Json value, Schema schema) {
        if (!schema.rules().has("enum")) {
            return;
        }
        JsonArray supported = schema.rules().array("enum");
        if (supported.isEmpty()
                || supported.items().contains(value)
                || value == JsonNull.NULL && schema.isNullable()) {
            return;
        }
        causes.unsupported(
                trail.text(),
                value,
                supported.stream().map(it -> it.text().orElseGet(it::toString)).toList());
    }

    private void array(JsonArray array, @Nullable Json before, @Nullable Json twin, Schema schema) {
        JsonObject rules = schema.rules();
        rules.whole("maxItems")
                .filter(max -> array.size() > max)
                .ifPresent(max -> causes.tooMany(trail.text(), array.size(), max));
        rules.whole("minItems")
                .filter(min -> array.size() < min)
                .ifPresent(
                        min ->
                                causes.invalid(
                                        trail.text(),
                                        Json.of(array.size()),
                                        trail + " in body should have at least " + min + " items"));
        Schema items = schema.items().orElse(null);
        if (items == null) {
            return;
        }
        boolean byKey = before != null && schema.listType() == ListType.MAP;
        Map<JsonObject, Json> old = byKey ? ListRules.byKey(before, schema) : Map.of();
        for (int i = 0; i < array.size(); i++) {
            Json item = array.item(i);
            Json was = old.isEmpty() ? null : old.get(ListRules.keyOf(item, schema));
            trail.item(i);
            check(item, was, item(twin, i), items);
            trail.up();
        }
    }

    private void object(
            JsonObject object, @Nullable Json before, @Nullable Json twin, Schema schema) {
        JsonObject rules = schema.rules();
        rules.whole("maxProperties")
                .filter(max -> object.size() > max)
                .ifPresent(max -> causes.tooMany(trail.text(), object.size(), max));
        rules.whole("minProperties")
                .filter(min -> object.size() < min)
                .ifPresent(
                        min ->
                                causes.invalid(
                                        trail.text(),
                                        Json.of(object.size()),
                                        trail
                                                + " in body should have at least "
                                                + min
                                                + " properties"));
        for (String name : schema.required()) {
            if (!object.has(name)) {
                causes.required(trail.text(name), "");
            }
        }
        JsonObject was = before instanceof JsonObject it ? it : JsonObject.empty();
        for (int i = 0; i < object.size(); i++) {
            String name = object.name(i);
            Schema property = schema.property(name);
            Schema known = property == null ? schema.values().orElse(null) : property;
            boolean isMetadata = trail.isRoot() && name.equals("metadata");
            if (known != null && !isMetadata) {
                trail.field(name);
                check(object.value(i), field(was, name), field(twin, name), known);
                trail.up();
            }
        }
    }

    private void combinations(Json value, @Nullable Json before, Schema schema) {
        if (!schema.isCombined()) {
            return;
        }
        List<Schema> any = schema.combined("anyOf");
        if (!any.isEmpty() && schema.type() != Type.INT_OR_STRING) {
            Map<Schema, List<Cause>> failed = failures(any, value, before);
            if (failed.size() == any.size()) {
                message("\"%s\" must validate at least one schema (anyOf)".formatted(trail));
                failed.getOrDefault(any.getFirst(), List.of()).forEach(causes::add);
            }
        }
        List<Schema> one = schema.combined("oneOf");
        if (!one.isEmpty()) {
            Map<Schema, List<Cause>> failed = failures(one, value, before);
            int fits = one.size() - failed.size();
            String rule = "\"%s\" must validate one and only one schema (oneOf). ";
            if (fits == 0) {
                message(rule.formatted(trail) + "Found none valid");
                failed.getOrDefault(one.getFirst(), List.of()).forEach(causes::add);
            } else if (fits > 1) {
                message(rule.formatted(trail) + "Found " + fits + " valid alternatives");
            }
        }
        List<Schema> all = schema.combined("allOf");
        Map<Schema, List<Cause>> failed = failures(all, value, before);
        if (!failed.isEmpty()) {
            all.forEach(it -> failed.getOrDefault(it, List.of()).forEach(causes::add));
            message(
                    "\"%s\" must validate all the schemas (allOf)".formatted(trail)
                            + (failed.size() == all.size() ? ". None validated" : ""));
        }
        List<Schema> not = schema.combined("not");
        if (!not.isEmpty() && failures(not, value, before).isEmpty()) {
            message("\"%s\" must not validate the schema (not)".formatted(trail));
        }
    }

    /** Those of the schemas that the value does not fit, with what is wrong. */
    private Map<Schema, List<Cause>> failures(
            List<Schema> schemas, Json value, @Nullable Json before) {
        if (schemas.isEmpty()) {
            return Map.of();
        }
        var failed = new HashMap<Schema, List<Cause>>();
        for (Schema schema : schemas) {
            var causes = new Causes();
            var rules = new CustomRules(causes, trail);
            rules.check(value, before, null, schema);
            certain &= rules.certain;
            if (!causes.isEmpty()) {
                failed.put(schema, causes.all());
            }
        }
        return failed;
    }

    private void message(String text) {
        causes.invalid(NO_FIELD, Json.of(""), text);
    }
}
