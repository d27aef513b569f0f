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
import dev.weft.api.schema.Trail;
import dev.weft.api.schema.validation.Validations.Node;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One walk over one object. Belongs to one thread. */
final class Run {
    private final Causes causes;
    private final Budget budget;
    private final Trail trail = new Trail("");
    private boolean certain = true;

    Run(Causes causes, Budget budget) {
        this.causes = causes;
        this.budget = budget;
    }

    /**
     * What stood at a place before.
     *
     * @param old in the same field, or in the item of the same key; null where nothing did or it
     *     cannot be told
     * @param twin at the same place of an object that is known to break none of the rules; null
     *     where there was none
     * @param isSame whether the nearest place above that can be told did not change
     */
    record Before(@Nullable Json old, @Nullable Json twin, boolean isSame) {
        static final Before NOTHING = new Before(null, null, false);

        boolean isSameAs(Json value) {
            return old == null ? isSame : old.equals(value);
        }

        boolean isKnownToHold(Json value, boolean same) {
            return twin != null && (twin == old ? same : twin.equals(value));
        }
    }

    /** Whether all that was let pass is known to break no rule. */
    boolean isCertain() {
        return certain;
    }

    void check(Node node, Json value, Before before) {
        if (budget.isSpent() || value == JsonNull.NULL) {
            return;
        }
        // What was broken before and did not change is let pass; what holds needs no look.
        boolean same = before.isSameAs(value);
        boolean holds = before.isKnownToHold(value, same);
        certain &= holds || !same;
        boolean passed = same || holds;
        if (passed && !node.compares()) {
            return;
        }
        rules(node, value, before.old(), passed);
        switch (value) {
            case JsonArray array -> items(node, array, before, passed);
            case JsonObject object -> fields(node, object, before, passed);
            default -> {}
        }
    }

    private void rules(Node node, Json value, @Nullable Json before, boolean passed) {
        Shape shape = node.shape();
        if (shape == null || node.rules().isEmpty()) {
            return;
        }
        Json old = before == JsonNull.NULL ? null : before;
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
            if (passed && !rule.isTransition()) {
                continue;
            }
            Value given =
                    rule.optionalOld()
                            ? oldSelf == null ? Value.NONE : new Value.Opt(oldSelf)
                            : oldSelf == null ? Value.NULL : oldSelf;
            if (!rule(rule, List.of(self, given), node.schema(), value)) {
                return;
            }
        }
    }

    /** Whether there is work left for further rules. */
    private boolean rule(Rule rule, List<Value> values, Schema schema, Json given) {
        String type = word(schema);
        try {
            Value holds = rule.expression().evaluate(values, budget);
            if (budget.isSpent()) {
                return spent(type, here());
            }
            if (!holds.equals(Value.TRUE)) {
                broken(rule, rule.message(values, budget), given);
            }
        } catch (EvalException e) {
            String message = e.getMessage() == null ? "" : e.getMessage();
            causes.invalid(here(), Json.of(type), failed(message, rule.name()));
        } catch (Budget.OverException e) {
            causes.invalid(
                    here(),
                    Json.of(type),
                    "'%s': no further validation rules will be run due to call cost exceeds limit for rule: %s"
                            .formatted(e.getMessage(), rule.name()));
            return false;
        }
        return true;
    }

    private String here() {
        return trail.isRoot() ? "<nil>" : trail.text();
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
    private void broken(Rule rule, String message, Json given) {
        String field = trail.text() + rule.field();
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

    private void items(Node node, JsonArray array, Before before, boolean passed) {
        Node items = node.items();
        if (items == null) {
            return;
        }
        Map<JsonObject, Json> old = byKey(before.old(), node.schema());
        JsonArray twins = before.twin() instanceof JsonArray it ? it : JsonArray.empty();
        for (int i = 0; i < array.size(); i++) {
            Json item = array.item(i);
            Json was = old.isEmpty() ? null : old.get(key(item, node.schema()));
            Json twin = i < twins.size() ? twins.item(i) : null;
            trail.item(i);
            check(items, item, new Before(was, twin, passed));
            trail.up();
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

    private void fields(Node node, JsonObject object, Before before, boolean passed) {
        Json old = node.schema().isAtomic() ? null : before.old();
        for (int i = 0; i < object.size(); i++) {
            String name = object.name(i);
            Node field = node.fields().get(name);
            boolean declared = node.schema().property(name) != null;
            Node below = field != null || declared ? field : node.values();
            if (below != null) {
                Json was = Validations.field(old, name);
                Json twin = Validations.field(before.twin(), name);
                step(node, name, declared);
                check(below, object.value(i), new Before(was, twin, passed));
                trail.up();
            }
        }
    }

    private void step(Node node, String name, boolean declared) {
        if (node.values() != null && node.schema().type() == Type.OBJECT && !declared) {
            trail.entry(name);
        } else {
            trail.field(name);
        }
    }
}
