package dev.weft.api.model;

import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which objects are meant, by their labels. Every part must hold; without any part, every object is
 * meant.
 */
public record LabelSelector(JsonObject tree) {

    /** The selector by which exactly these labels are asked for. */
    public static LabelSelector equal(Map<String, String> labels) {
        var match = JsonObject.builder();
        labels.forEach(match::put);
        return new LabelSelector(JsonObject.of("matchLabels", match.build()));
    }

    /** One part of {@code matchExpressions}. */
    public record Expression(String key, String operator, List<String> values) {
        public Expression {
            values = List.copyOf(values);
        }

        /**
         * Whether a label's value satisfies it. As Kubernetes has it, {@code NotIn} holds where the
         * label is missing, and an operator that nobody knows holds for nothing.
         */
        boolean admits(Optional<String> value) {
            return switch (operator) {
                case "In" -> value.isPresent() && values.contains(value.get());
                case "NotIn" -> value.isEmpty() || !values.contains(value.get());
                case "Exists" -> value.isPresent();
                case "DoesNotExist" -> value.isEmpty();
                default -> false;
            };
        }

        String text() {
            return switch (operator) {
                case "In" -> key + " in (" + String.join(",", values) + ")";
                case "NotIn" -> key + " notin (" + String.join(",", values) + ")";
                case "DoesNotExist" -> "!" + key;
                default -> key;
            };
        }
    }

    public Map<String, String> matchLabels() {
        return tree.texts("matchLabels");
    }

    public List<Expression> matchExpressions() {
        return tree.array("matchExpressions").objects().stream()
                .map(
                        it ->
                                new Expression(
                                        it.text("key").orElse(""),
                                        it.text("operator").orElse(""),
                                        it.array("values").texts()))
                .toList();
    }

    /** Whether it has no part, and so means every object. */
    public boolean isEmpty() {
        return tree.object("matchLabels").isEmpty()
                && tree.at("matchExpressions")
                        .flatMap(it -> it.array())
                        .map(JsonArray::isEmpty)
                        .orElse(true);
    }

    public boolean matches(Map<String, String> labels) {
        for (var wanted : matchLabels().entrySet()) {
            if (!wanted.getValue().equals(labels.get(wanted.getKey()))) {
                return false;
            }
        }
        for (Expression expression : matchExpressions()) {
            if (!expression.admits(Optional.ofNullable(labels.get(expression.key())))) {
                return false;
            }
        }
        return true;
    }

    /** As people write it and as a query takes it: {@code app=x,tier in (a,b),!canary}. */
    public String text() {
        var parts = new ArrayList<String>();
        matchLabels().forEach((name, value) -> parts.add(name + "=" + value));
        matchExpressions().forEach(expression -> parts.add(expression.text()));
        return String.join(",", parts);
    }
}
