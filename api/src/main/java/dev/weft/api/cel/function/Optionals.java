package dev.weft.api.cel.function;

import dev.weft.api.cel.function.Library.Function;
import dev.weft.api.cel.value.EvalException;
import dev.weft.api.cel.value.Value;
import java.util.ArrayList;
import java.util.Map;

/** Values that may not be there. */
final class Optionals {
    private Optionals() {}

    static void addTo(Map<String, Function> functions) {
        functions.put("optional.of", (args, budget) -> new Value.Opt(args[0]));
        functions.put("optional.none", (args, budget) -> Value.NONE);
        functions.put(
                "optional.ofNonZeroValue",
                (args, budget) -> isZero(args[0]) ? Value.NONE : new Value.Opt(args[0]));
        functions.put("optional.unwrap", (args, budget) -> unwrapped(args[0]));
        functions.put("unwrapOpt", (args, budget) -> unwrapped(args[0]));
        functions.put("hasValue", (args, budget) -> Value.of(optional(args[0]).value() != null));
        functions.put("value", (args, budget) -> value(optional(args[0])));
        functions.put(
                "or",
                (args, budget) -> optional(args[0]).value() != null ? args[0] : optional(args[1]));
        functions.put(
                "orValue",
                (args, budget) -> {
                    Value inner = optional(args[0]).value();
                    return inner == null ? args[1] : inner;
                });
    }

    private static Value value(Value.Opt optional) {
        if (optional.value() == null) {
            throw new EvalException("optional.none() dereference");
        }
        return optional.value();
    }

    private static Value.Opt optional(Value value) {
        if (value instanceof Value.Opt optional) {
            return optional;
        }
        throw EvalException.noOverload();
    }

    private static Value unwrapped(Value list) {
        if (!(list instanceof Value.Items items)) {
            throw EvalException.noOverload();
        }
        var values = new ArrayList<Value>();
        for (int i = 0; i < items.size(); i++) {
            Value inner = optional(items.item(i)).value();
            if (inner != null) {
                values.add(inner);
            }
        }
        return new Value.Listed(values);
    }

    private static boolean isZero(Value value) {
        return switch (value) {
            case Value.Bool it -> !it.flag();
            case Value.Int it -> it.number() == 0;
            case Value.UInt it -> it.bits() == 0;
            case Value.Real it -> it.number() == 0;
            case Value.Text it -> it.text().isEmpty();
            case Value.Bytes it -> it.bytes().length == 0;
            case Value.Null it -> true;
            case Value.Items it -> it.size() == 0;
            case Value.Entries it -> it.size() == 0;
            case Value.Fields it -> it.names().isEmpty();
            case Value.Span it -> it.duration().isZero();
            case Value.Opt it -> it.value() == null;
            case Value.Moment it -> false;
            case Value.Sort it -> false;
            case Value.Foreign it -> false;
        };
    }
}
