package dev.weft.api.schema.validation;

import dev.weft.api.cel.CompileException;
import dev.weft.api.cel.Expression;
import dev.weft.api.cel.value.Budget;
import dev.weft.api.cel.value.EvalException;
import dev.weft.api.cel.value.Type;
import dev.weft.api.cel.value.Value;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.schema.Schema;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One rule, ready to be run. Immutable; any thread.
 *
 * @param words the message that stands in the definition, or what is said in its place
 * @param messageExpression what makes the message, null where nothing does
 * @param field the path below the rule's own place that is blamed, with the dot before it
 * @param isTransition whether it compares with what was there before
 * @param optionalOld whether it is also asked where nothing was there before
 */
record Rule(
        Expression expression,
        String words,
        @Nullable Expression messageExpression,
        String reason,
        String field,
        boolean isTransition,
        boolean optionalOld) {
    private static final int MESSAGE_MAX = 5 * 1024;

    /**
     * @throws CompileException where its expression is none
     */
    static Rule of(JsonObject document, Schema schema, Type self) {
        boolean optionalOld = document.flag("optionalOldSelf").orElse(false);
        Expression expression = compile(document.text("rule").orElse(""), self, optionalOld);
        if (expression.type() != Type.Simple.BOOL) {
            throw new CompileException("cel expression must evaluate to a bool");
        }
        String maker = document.text("messageExpression").orElse("").strip();
        return new Rule(
                expression,
                text(document),
                maker.isEmpty() ? null : compile(maker, self, optionalOld),
                document.text("reason").orElse(""),
                FieldPaths.shown(document.text("fieldPath").orElse(""), schema),
                expression.uses("oldSelf"),
                optionalOld);
    }

    private static String text(JsonObject document) {
        String message = document.text("message").orElse("").strip();
        return message.isEmpty()
                ? "failed rule: " + document.text("rule").orElse("").strip()
                : message;
    }

    static Expression compile(String text, Type self, boolean optionalOld) {
        var variables = new LinkedHashMap<String, Type>();
        variables.put("self", self);
        variables.put("oldSelf", optionalOld ? new Type.OptionalOf(self) : self);
        return Expression.compile(text, variables);
    }

    /** What is said of an object that breaks the rule. */
    String message(List<Value> values, Budget budget) {
        if (messageExpression == null) {
            return words;
        }
        try {
            Value made = messageExpression.evaluate(values, budget);
            String message = made instanceof Value.Text text ? text.text().strip() : "";
            boolean fits =
                    !message.isEmpty()
                            && message.length() <= MESSAGE_MAX
                            && message.indexOf('\n') < 0;
            return fits ? message : words;
        } catch (EvalException | Budget.OverException e) {
            return words;
        }
    }

    /** How the rule is named where it has no value. */
    String name() {
        return words.startsWith("failed rule: ") ? words.substring(13) : words;
    }
}
