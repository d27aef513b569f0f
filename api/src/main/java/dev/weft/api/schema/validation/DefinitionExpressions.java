package dev.weft.api.schema.validation;

import dev.weft.api.cel.CompileException;
import dev.weft.api.cel.Expression;
import dev.weft.api.cel.cost.Range;
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
    private static final long UNBOUND = -1;

    private final Causes causes;
    private final boolean compiles;
    private final CostSum costs;

    /**
     * A place in the schema.
     *
     * @param loose the place of the list above whose items cannot be told apart, null where there
     *     is none
     * @param times how often a value can stand there, {@link #UNBOUND} where nothing says it
     */
    private record Spot(String path, @Nullable String loose, long times) {
        Spot below(String step) {
            return new Spot(path + step, loose, times);
        }

        Spot each(String step, @Nullable String under, long count) {
            boolean bound = times != UNBOUND && count >= 0;
            return new Spot(path + step, under, bound ? Range.product(times, count) : UNBOUND);
        }
    }

    private DefinitionExpressions(Causes causes, boolean compiles) {
        this.causes = causes;
        this.compiles = compiles;
        this.costs = new CostSum(causes);
    }

    /** Checks a schema that has nothing else wrong with it. */
    public static void check(Schema schema, String path, Causes all) {
        for (boolean compiles : new boolean[] {false, true}) {
            var causes = new Causes();
            var expressions = new DefinitionExpressions(causes, compiles);
            expressions.walk(schema, new Spot(path, null, 1), true);
            expressions.costs.end(path);
            causes.all().forEach(all::add);
            if (!causes.isEmpty()) {
                return;
            }
        }
    }

    private void walk(Schema schema, Spot spot, boolean isRoot) {
        List<JsonObject> rules = schema.rules().array(Validations.WORD).objects();
        if (!rules.isEmpty()) {
            rules(rules, schema, spot, isRoot);
        }
        schema.properties()
                .forEach(
                        (name, property) ->
                                walk(property, spot.below(".properties[" + name + "]"), false));
        long entries = Extent.bound(schema, "maxProperties");
        schema.values()
                .ifPresent(
                        it ->
                                walk(
                                        it,
                                        spot.each(".additionalProperties", spot.loose, entries),
                                        false));
        String loose = schema.listType() == ListType.MAP ? spot.loose : spot.path;
        long count = Extent.bound(schema, "maxItems");
        schema.items().ifPresent(it -> walk(it, spot.each(".items", loose, count), false));
    }

    private void rules(List<JsonObject> rules, Schema schema, Spot spot, boolean isRoot) {
        String here = spot.path + "." + Validations.WORD;
        Shape shape = compiles ? Shape.of(schema, SELF, isRoot) : null;
        Extent extent = compiles ? Extent.of(schema, isRoot) : null;
        if (compiles && (shape == null || extent == null)) {
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
            if (shape == null || extent == null) {
                words(rules.get(i), schema, place);
            } else {
                compile(
                        rules.get(i),
                        shape.type(),
                        extent,
                        new Spot(place, spot.loose, spot.times));
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

    private void compile(JsonObject rule, Type self, Extent extent, Spot spot) {
        String path = spot.path;
        boolean optionalOld = rule.flag("optionalOldSelf").orElse(false);
        String text = rule.text("rule").orElse("");
        boolean usesOld = false;
        boolean right = false;
        try {
            Expression expression = Rule.compile(text, self, optionalOld);
            usesOld = expression.uses("oldSelf");
            right = expression.type() == Type.Simple.BOOL;
            if (!right) {
                wrong(path + ".rule", rule, "cel expression must evaluate to a bool");
            } else {
                long times = spot.times == UNBOUND ? extent.times() : spot.times;
                costs.add(path + ".rule", "rule", Range.product(expression.costMax(extent), times));
                if (spot.loose != null && usesOld) {
                    causes.invalid(
                            path + ".rule",
                            Json.of(text),
                            "oldSelf cannot be used on the uncorrelatable portion of the schema"
                                    + " within "
                                    + spot.loose);
                }
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
        if (right && !rule.text("messageExpression").orElse("").isBlank()) {
            maker(rule, self, extent, path + ".messageExpression");
        }
    }

    private void maker(JsonObject rule, Type self, Extent extent, String path) {
        boolean optionalOld = rule.flag("optionalOldSelf").orElse(false);
        String maker = rule.text("messageExpression").orElse("");
        try {
            Expression expression = Rule.compile(maker, self, optionalOld);
            if (expression.type() != Type.Simple.STRING) {
                wrong(path, rule, "messageExpression must evaluate to a string");
            } else {
                costs.add(path, "messageExpression", expression.costMax(extent));
            }
        } catch (CompileException e) {
            wrong(path, rule, "messageExpression " + e.getMessage());
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
