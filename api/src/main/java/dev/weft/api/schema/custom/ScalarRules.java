package dev.weft.api.schema.custom;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonNumber;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonString;
import dev.weft.api.codec.JsonText;
import dev.weft.api.schema.Causes;
import dev.weft.api.schema.Schema;
import dev.weft.api.schema.Schema.Type;
import dev.weft.api.schema.StringFormats;
import dev.weft.api.schema.Trail;
import java.math.BigDecimal;
import java.util.Optional;

/** What a custom kind's schema may demand of texts and numbers. */
final class ScalarRules {
    private ScalarRules() {}

    static void text(JsonString text, Schema schema, Trail trail, Causes causes) {
        JsonObject rules = schema.rules();
        String value = text.value();
        int length = value.codePointCount(0, value.length());
        Optional<Long> max = rules.whole("maxLength");
        if (max.isPresent() && length > max.get()) {
            causes.tooLong(trail.text(), "may not be more than " + max.get() + " bytes");
            return;
        }
        Optional<Long> min = rules.whole("minLength");
        if (min.isPresent() && length < min.get()) {
            causes.invalid(
                    trail.text(),
                    text,
                    trail + " in body should be at least " + min.get() + " chars long");
            return;
        }
        Optional<String> pattern = rules.text("pattern");
        if (pattern.isPresent()
                && !pattern.get().isEmpty()
                && !Patterns.finds(pattern.get(), value)) {
            causes.invalid(
                    trail.text(), text, trail + " in body should match '" + pattern.get() + "'");
        }
        boolean isText = schema.type() == Type.STRING || schema.type() == Type.ANY;
        if (isText && !StringFormats.matches(schema.format(), value)) {
            causes.wrongType(
                    trail.text(),
                    text,
                    "%s in body must be of type %s: %s"
                            .formatted(trail, schema.format(), Causes.quoted(value)));
        }
    }

    static void number(JsonNumber number, Schema schema, Trail trail, Causes causes) {
        JsonObject rules = schema.rules();
        BigDecimal value = number.asDecimal();
        if (schema.type() == Type.INTEGER) {
            whole(number, schema.format(), trail, causes);
        }
        rule(rules, "multipleOf")
                .filter(it -> it.signum() > 0 && value.remainder(it).signum() != 0)
                .ifPresent(
                        it -> causes.invalid(trail.text(), number, in(trail, "a multiple of", it)));
        Optional<BigDecimal> max = rule(rules, "maximum");
        if (max.isPresent()) {
            boolean open = rules.flag("exclusiveMaximum").orElse(false);
            int order = value.compareTo(max.get());
            if (order > 0 || open && order == 0) {
                String words = open ? "less than" : "less than or equal to";
                causes.invalid(trail.text(), number, in(trail, words, max.get()));
            }
        }
        Optional<BigDecimal> min = rule(rules, "minimum");
        if (min.isPresent()) {
            boolean open = rules.flag("exclusiveMinimum").orElse(false);
            int order = value.compareTo(min.get());
            if (order < 0 || open && order == 0) {
                String words = open ? "greater than" : "greater than or equal to";
                causes.invalid(trail.text(), number, in(trail, words, min.get()));
            }
        }
    }

    private static void whole(JsonNumber number, String format, Trail trail, Causes causes) {
        String wrong = "";
        if (!number.isWhole()) {
            wrong = format.isEmpty() ? " (default format)" : " with format " + format;
        } else if (format.equals("int32") && number.asLong() != (int) number.asLong()) {
            wrong = " with format int32";
        }
        if (!wrong.isEmpty()) {
            causes.invalid(
                    "<nil>",
                    Json.of(""),
                    "Checked value must be of type integer" + wrong + " in " + trail);
        }
    }

    private static Optional<BigDecimal> rule(JsonObject rules, String word) {
        return rules.field(word)
                .filter(JsonNumber.class::isInstance)
                .map(it -> ((JsonNumber) it).asDecimal());
    }

    private static String in(Trail trail, String words, BigDecimal limit) {
        return trail + " in body should be " + words + " " + JsonText.write(shown(limit));
    }

    private static Json shown(BigDecimal limit) {
        BigDecimal plain = limit.stripTrailingZeros();
        return plain.scale() <= 0 && plain.precision() - plain.scale() < 19
                ? JsonNumber.of(plain.longValueExact())
                : JsonNumber.of(limit);
    }
}
