package dev.weft.api.schema.validation;

import dev.weft.api.cel.value.Budget;
import dev.weft.api.cel.value.EvalException;
import dev.weft.api.cel.value.Value;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonNull;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.schema.Cause;
import dev.weft.api.schema.Causes;
import dev.weft.api.schema.Schema;
import dev.weft.api.schema.Schema.ListType;
import dev.weft.api.schema.Schema.Type;
import dev.weft.api.schema.validation.Validations.Node;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One walk over one object. Belongs to one thread. */
final class Run {
    private final Causes causes;
    private final Budget budget;

    Run(Causes causes, Budget budget) {
        this.causes = causes;
        this.budget = budget;
    }

    /**
     * @param before what stood at the same place, null where nothing did or it cannot be told
     */
    void check(Node node, Json value, @Nullable Json before, String path) {
        if (budget.isSpent() || value == JsonNull.NULL) {
            return;
        }
        rules(node, value, before, path);
        switch (value) {
            case JsonArray array -> items(node, array, before, path);
            case JsonObject object -> fields(node, object, before, path);
            default -> {}
        }
    }

    private void rules(Node node, Json value, @Nullable Json before, String path) {
        Shape shape = node.shape();
        if (shape == null || node.rules().isEmpty()) {
            return;
        }
        Json old = before == JsonNull.NULL ? null : before;
        boolean unchanged = old != null && old.equals(value);
        Value self;
        Value oldSelf;
        try {
            self = Trees.value(value, shape);
            oldSelf = old == null ? null : Trees.value(old, shape);
        } catch (EvalException e) {
            return;
        }
        for (Rule rule : node.rules()) {
            if (rule.isTransition() && oldSelf == null && !rule.optionalOld()) {
                continue;
            }
            if (unchanged && !rule.isTransition()) {
                // What was broken before and did not change is let pass; what holds needs no look.
                continue;
            }
            Value given =
                    rule.optionalOld()
                            ? oldSelf == null ? Value.NONE : new Value.Opt(oldSelf)
                            : oldSelf == null ? Value.NULL : oldSelf;
            if (!rule(rule, List.of(self, given), node.schema(), value, path)) {
                return;
            }
        }
    }

    /** Whether there is work left for further rules. */
    private boolean rule(Rule rule, List<Value> values, Schema schema, Json given, String path) {
        String type = word(schema);
        String here = path.isEmpty() ? "<nil>" : path;
        try {
            Value holds = rule.expression().evaluate(values, budget);
            if (budget.isSpent()) {
                return spent(type, here);
            }
            if (!holds.equals(Value.TRUE)) {
                broken(rule, rule.message(values, budget), given, path);
            }
        } catch (EvalException e) {
            String message = e.getMessage() == null ? "" : e.getMessage();
            causes.invalid(here, Json.of(type), failed(message, rule.name()));
        } catch (Budget.OverException e) {
            causes.invalid(
                    here,
                    Json.of(type),
                    "'%s': no further validation rules will be run due to call cost exceeds limit for rule: %s"
                            .formatted(e.getMessage(), rule.name()));
            return false;
        }
        return true;
    }

    private boolean spent(String type, String here) {
        causes.invalid(
                here,
                Json.of(type),
                "validation failed due to running out of cost budget, no further validation rules"
                        + " will be run");
        return false;
    }

    private static String failed(String message, String rule) {
        return message.startsWith("no such overload")
                ? "'%s': call arguments did not match a supported operator, function or macro signature for rule: %s"
                        .formatted(message, rule)
                : message + " evaluating rule: " + rule;
    }

    /** Objects and lists are not shown, they could be large. */
    private void broken(Rule rule, String message, Json given, String path) {
        String field = path + rule.field();
        String plain = field.startsWith(".") ? field.substring(1) : field;
        String here = plain.isEmpty() ? "<nil>" : plain;
        boolean isLarge = given instanceof JsonObject || given instanceof JsonArray;
        String value = isLarge ? "" : ": " + Causes.shown(given);
        switch (rule.reason()) {
            case Cause.FORBIDDEN -> causes.forbidden(here, message);
            case Cause.REQUIRED -> causes.required(here, message);
            case Cause.DUPLICATE ->
                    causes.add(new Cause(Cause.DUPLICATE, "Duplicate value" + value, here));
            default ->
                    causes.add(
                            new Cause(
                                    Cause.INVALID, "Invalid value" + value + ": " + message, here));
        }
    }

    private static String word(Schema schema) {
        return switch (schema.type()) {
            case OBJECT -> "object";
            case ARRAY -> "array";
            case STRING -> "string";
            case INTEGER -> "integer";
            case NUMBER -> "number";
            case BOOLEAN -> "boolean";
            case INT_OR_STRING, ANY -> "";
        };
    }

    private void items(Node node, JsonArray array, @Nullable Json before, String path) {
        Node items = node.items();
        if (items == null) {
            return;
        }
        Map<JsonObject, Json> old = byKey(before, node.schema());
        int index = 0;
        for (Json item : array) {
            Json was = old.isEmpty() ? null : old.get(key(item, node.schema()));
            check(items, item, was, path + "[" + index++ + "]");
        }
    }

    private static Map<JsonObject, Json> byKey(@Nullable Json before, Schema schema) {
        if (schema.listType() != ListType.MAP || !(before instanceof JsonArray array)) {
            return Map.of();
        }
        var items = new HashMap<JsonObject, Json>();
        array.forEach(it -> items.put(key(it, schema), it));
        return items;
    }

    private static JsonObject key(Json item, Schema schema) {
        var key = JsonObject.builder();
        for (String name : schema.listKeys()) {
            key.putIf(name, item.object().flatMap(it -> it.field(name)));
        }
        return key.build();
    }

    private void fields(Node node, JsonObject object, @Nullable Json before, String path) {
        Json old = node.schema().isAtomic() ? null : before;
        object.forEach(
                (name, value) -> {
                    Node field = node.fields().get(name);
                    boolean declared = node.schema().property(name) != null;
                    Node below = field != null || declared ? field : node.values();
                    if (below != null) {
                        check(below, value, Validations.field(old, name), child(node, path, name));
                    }
                });
    }

    private static String child(Node node, String path, String name) {
        if (node.values() != null
                && node.schema().type() == Type.OBJECT
                && node.schema().property(name) == null) {
            return path + "[" + name + "]";
        }
        return path.isEmpty() ? name : path + "." + name;
    }
}
