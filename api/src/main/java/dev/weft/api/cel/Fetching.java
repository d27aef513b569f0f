package dev.weft.api.cel;

import dev.weft.api.cel.value.EvalException;
import dev.weft.api.cel.value.Value;
import dev.weft.api.cel.value.Values;
import org.jspecify.annotations.Nullable;

/** Takes parts out of values. Any thread. */
final class Fetching {
    private Fetching() {}

    static Value.Opt optional(Value value) {
        if (value instanceof Value.Opt optional) {
            return optional;
        }
        throw EvalException.noOverload();
    }

    static boolean has(Value operand, String field) {
        return switch (operand) {
            case Value.Fields it -> it.field(field) != null;
            case Value.Entries it -> it.find(new Value.Text(field)) != null;
            case Value.Opt it -> it.value() != null && has(it.value(), field);
            default -> false;
        };
    }

    static Value field(Value operand, String field) {
        if (operand instanceof Value.Opt optional) {
            return maybe(optional, new Value.Text(field));
        }
        Value found =
                switch (operand) {
                    case Value.Fields it -> it.field(field);
                    case Value.Entries it -> it.find(new Value.Text(field));
                    default -> null;
                };
        if (found == null) {
            throw new EvalException("no such key: " + field);
        }
        return found;
    }

    static Value item(Value operand, Value index) {
        return switch (operand) {
            case Value.Items it -> {
                long at = index(index);
                if (at < 0 || at >= it.size()) {
                    throw new EvalException("index out of bounds: " + at);
                }
                yield it.item((int) at);
            }
            case Value.Entries it -> {
                Value found = it.find(index);
                if (found == null) {
                    throw new EvalException("no such key: " + shown(index));
                }
                yield found;
            }
            case Value.Fields it when index instanceof Value.Text name -> field(it, name.text());
            case Value.Opt it -> maybe(it, index);
            default -> throw new EvalException("no such key: " + shown(index));
        };
    }

    private static long index(Value index) {
        return switch (index) {
            case Value.Int it -> it.number();
            case Value.UInt it when it.bits() >= 0 -> it.bits();
            case Value.Real it when it.number() == (long) it.number() -> (long) it.number();
            default ->
                    throw new EvalException(
                            (index instanceof Value.Real
                                            ? "unsupported index value " + shown(index)
                                            : "unsupported index type '"
                                                    + Values.typeName(index)
                                                    + "'")
                                    + " in list");
        };
    }

    /** The part as an optional value: nothing where there is no such part. */
    static Value maybe(Value operand, Value index) {
        if (operand instanceof Value.Opt optional) {
            return optional.value() == null ? Value.NONE : maybe(optional.value(), index);
        }
        Value found = find(operand, index);
        return found == null ? Value.NONE : new Value.Opt(found);
    }

    private static @Nullable Value find(Value operand, Value index) {
        return switch (operand) {
            case Value.Items it -> {
                long at = index(index);
                yield at < 0 || at >= it.size() ? null : it.item((int) at);
            }
            case Value.Entries it -> it.find(index);
            case Value.Fields it when index instanceof Value.Text name -> it.field(name.text());
            default -> throw EvalException.noOverload();
        };
    }

    /** A key as messages show it. */
    static String shown(Value key) {
        return switch (key) {
            case Value.Text it -> it.text();
            case Value.Int it -> Long.toString(it.number());
            case Value.UInt it -> Long.toUnsignedString(it.bits());
            case Value.Bool it -> Boolean.toString(it.flag());
            case Value.Real it -> Double.toString(it.number());
            default -> Values.typeName(key);
        };
    }
}
