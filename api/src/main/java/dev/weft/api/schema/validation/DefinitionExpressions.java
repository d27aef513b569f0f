package dev.weft.api.schema.validation;

import dev.weft.api.cel.CompileException;
import dev.weft.api.cel.Expression;
import dev.weft.api.cel.value.Type;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonBoolean;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.api.schema.Cause;
import dev.weft.api.schema.Causes;
import dev.weft.api.schema.Schema;
import dev.weft.api.schema.Schema.ListType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with the rules that a definition states, in the words of a Kubernetes API. Belongs
 * to one thread and one schema.
 */
public final class DefinitionExpressions {
    private static final List<String> REASONS =
            List.of(Cause.DUPLICATE, Cause.FORBIDDEN, Cause.INVALID, Cause.REQUIRED);
    private static final String SELF = "selfType1";

    private final Causes causes;
    private final boolean compiles;

    private DefinitionExpressions(Causes causes, boolean compiles) {
        this.causes = causes;
        this.compiles = compiles;
    }

    /** Checks a schema that has nothing else wrong with it. */
    public static void check(Schema schema, String path, Causes all) {
        for (boolean compiles : new boolean[] {false, true}) {
            var causes = new Causes();
            new DefinitionExpressions(causes, compiles).walk(schema, path, true, null);
            causes.all().forEach(all::add);
            if (!causes.isEmpty()) {
                return;
            }
        }
    }

    /**
     * @param loose the place of the list above whose items cannot be told apart, null where there
     *     is none
     */
    private void walk(Schema schema, String path, boolean isRoot, @Nullable String loose) {
        List<JsonObject> rules = schema.rules().array(Validations.WORD).objects();
        if (!rules.isEmpty()) {
            rules(rules, schema, path, isRoot, loose);
        }
        schema.properties()
                .forEach(
                        (name, property) ->
                                walk(property, path + ".properties[" + name + "]", false, loose));
        schema.values().ifPresent(it -> walk(it, path + ".additionalProperties", false, loose));
        boolean keyed = schema.listType() == ListType.MAP;
        schema.items().ifPresent(it -> walk(it, path + ".items", false, keyed ? loose : path));
    }

    private void rules(
            List<JsonObject> rules,
            Schema schema,
            String path,
            boolean isRoot,
            @Nullable String loose) {
        String here = path + "." + Validations.WORD;
        Shape shape = compiles ? Shape.of(schema, SELF, isRoot) : null;
        if (compiles && shape == null) {
            causes.add(
                    new Cause(
                            "InternalError",
                            "Internal error: internal error: failed to construct type information"
                                    + " for x-kubernetes-validations rules: unable to convert"
                                    + " structural schema to CEL declarations",
                            here));
            return;
        }
        for (int i = 0; i < rules.size(); i++) {
            String place = here + "[" + i + "]";
            if (shape == null) {
                words(rules.get(i), schema, place);
            } else {
                compile(rules.get(i), shape.type(), place, loose);
            }
        }
    }

    private void words(JsonObject rule, Schema schema, String path) {
        String text = rule.text("rule").orElse("");
        String message = rule.text("message").orElse("");
        if (text.isBlank()) {
            causes.required(path + ".rule", "rule is not specified");
        }
        if (!message.isEmpty() && message.isBlank()) {
            causes.invalid(path + ".message", Json.of(message), "must be non-empty if specified");
        } else if (hasBreaks(message)) {
            causes.invalid(path + ".message", Json.of(message), "must not contain line breaks");
        } else if (hasBreaks(text.strip()) && message.isEmpty()) {
            causes.required(
                    path + ".message", "message must be specified if rule contains line breaks");
        }
        String maker = rule.text("messageExpression").orElse("");
        if (!maker.isEmpty() && maker.isBlank()) {
            causes.required(
                    path + ".messageExpression",
                    "messageExpression must be non-empty if specified");
        }
        String reason = rule.text("reason").orElse("");
        if (!reason.isEmpty() && !REASONS.contains(reason)) {
            causes.unsupported(path + ".reason", Json.of(reason), REASONS);
        }
        String field = rule.text("fieldPath").orElse("");
        if (!field.isEmpty() && !FieldPaths.isValid(field, schema)) {
            causes.invalid(path + ".fieldPath", Json.of(field), "must be a valid path");
        }
    }

    private static boolean hasBreaks(String text) {
        return text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0;
    }

    private void compile(JsonObject rule, Type self, String path, @Nullable String loose) {
        boolean optionalOld = rule.flag("optionalOldSelf").orElse(false);
        String text = rule.text("rule").orElse("");
        boolean usesOld = false;
        boolean right = false;
        try {
            Expression expression = Rule.compile(text, self, optionalOld);
            usesOld = expression.uses("oldSelf");
            right = expression.type() == Type.Simple.BOOL;
            if (expression.type() != Type.Simple.BOOL) {
                wrong(path + ".rule", rule, "cel expression must evaluate to a bool");
            } else if (loose != null && expression.uses("oldSelf")) {
                causes.invalid(
                        path + ".rule",
                        Json.of(text),
                        "oldSelf cannot be used on the uncorrelatable portion of the schema within "
                                + loose);
            }
        } catch (CompileException e) {
            wrong(path + ".rule", rule, e.getMessage());
        }
        if (optionalOld && !usesOld) {
            causes.invalid(
                    path + ".optionalOldSelf",
                    JsonBoolean.TRUE,
                    "may not be set if oldSelf is not used in rule");
        }
        String maker = rule.text("messageExpression").orElse("");
        if (right && !maker.isBlank()) {
            maker(rule, maker, self, path);
        }
    }

    private void maker(JsonObject rule, String maker, Type self, String path) {
        boolean optionalOld = rule.flag("optionalOldSelf").orElse(false);
        try {
            Expression expression = Rule.compile(maker, self, optionalOld);
            if (expression.type() != Type.Simple.STRING) {
                wrong(
                        path + ".messageExpression",
                        rule,
                        "messageExpression must evaluate to a string");
            }
        } catch (CompileException e) {
            wrong(path + ".messageExpression", rule, "messageExpression " + e.getMessage());
        }
    }

    /** The whole rule is shown, as the structure that it is read into. */
    private void wrong(String field, JsonObject rule, @Nullable String why) {
        String reason = rule.text("reason").orElse("");
        String shown =
                "{\"Rule\":%s,\"Message\":%s,\"MessageExpression\":%s,\"Reason\":%s,\"FieldPath\":%s,\"OptionalOldSelf\":%s}"
                        .formatted(
                                quoted(rule, "rule"),
                                quoted(rule, "message"),
                                quoted(rule, "messageExpression"),
                                reason.isEmpty() ? "null" : quoted(rule, "reason"),
                                quoted(rule, "fieldPath"),
                                rule.field("optionalOldSelf").map(Json::toString).orElse("null"));
        causes.add(new Cause(Cause.INVALID, "Invalid value: " + shown + ": " + why, field));
    }

    private static String quoted(JsonObject rule, String field) {
        return JsonText.write(Json.of(rule.text(field).orElse("")))
                .replace("<", "\\u003c")
                .replace(">", "\\u003e")
                .replace("&", "\\u0026");
    }
}
