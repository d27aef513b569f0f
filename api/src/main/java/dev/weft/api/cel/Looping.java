package dev.weft.api.cel;

import dev.weft.api.cel.Expr.Fold;
import dev.weft.api.cel.Planner.Code;
import dev.weft.api.cel.Planner.Frame;
import dev.weft.api.cel.value.EvalException;
import dev.weft.api.cel.value.Value;
import dev.weft.api.cel.value.Values;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A loop over a list or a map.
 *
 * @param second the slot of the second variable, below zero where there is one only
 */
record Looping(
        Fold fold, Code range, int first, int second, @Nullable Code filter, @Nullable Code result)
        implements Code {

    @Override
    public Value run(Frame frame) {
        Value given = range.run(frame);
        return switch (fold) {
            case ALL -> quantified(given, frame, Value.FALSE);
            case EXISTS -> quantified(given, frame, Value.TRUE);
            case EXISTS_ONE -> exactlyOne(given, frame);
            case LIST -> list(given, frame);
            case MAP, MAP_ENTRY -> map(given, frame);
        };
    }

    /** Puts the next item where the body finds it. */
    private void bind(Value given, List<Value> keys, int index, Frame frame) {
        frame.budget().spend(2);
        if (given instanceof Value.Items items) {
            Value item = items.item(index);
            frame.slots()[first] = second < 0 ? item : Value.of(index);
            if (second >= 0) {
                frame.slots()[second] = item;
            }
            return;
        }
        Value key = keys.get(index);
        frame.slots()[first] = key;
        if (second >= 0 && given instanceof Value.Entries entries) {
            Value value = entries.find(key);
            frame.slots()[second] = value == null ? Value.NULL : value;
        }
    }

    private static List<Value> keys(Value given) {
        return switch (given) {
            case Value.Entries it -> it.keys();
            case Value.Items it -> List.of();
            default -> throw new EvalException("got '" + word(given) + "', expected iterable type");
        };
    }

    private static String word(Value value) {
        String name = Values.typeName(value);
        return value instanceof Value.Foreign || value instanceof Value.Fields
                ? name
                : "types." + Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }

    private static int size(Value given, List<Value> keys) {
        return given instanceof Value.Items items ? items.size() : keys.size();
    }

    private boolean passes(Frame frame) {
        return filter == null || Branching.bool(filter.run(frame)).equals(Value.TRUE);
    }

    private Value quantified(Value given, Frame frame, Value decisive) {
        List<Value> keys = keys(given);
        EvalException failed = null;
        int size = size(given, keys);
        for (int i = 0; i < size; i++) {
            bind(given, keys, i, frame);
            try {
                if (Value.of(passes(frame)).equals(decisive)) {
                    return decisive;
                }
            } catch (EvalException e) {
                failed = Branching.first(failed, e);
            }
        }
        if (failed != null) {
            throw failed;
        }
        return decisive.equals(Value.TRUE) ? Value.FALSE : Value.TRUE;
    }

    private Value exactlyOne(Value given, Frame frame) {
        List<Value> keys = keys(given);
        int found = 0;
        int size = size(given, keys);
        for (int i = 0; i < size; i++) {
            bind(given, keys, i, frame);
            found += passes(frame) ? 1 : 0;
        }
        return Value.of(found == 1);
    }

    private Value list(Value given, Frame frame) {
        List<Value> keys = keys(given);
        int size = size(given, keys);
        var made = new ArrayList<Value>();
        for (int i = 0; i < size; i++) {
            bind(given, keys, i, frame);
            if (passes(frame)) {
                made.add(result == null ? frame.slots()[first] : result.run(frame));
            }
        }
        return new Value.Listed(made);
    }

    private Value map(Value given, Frame frame) {
        List<Value> keys = keys(given);
        int size = size(given, keys);
        var made = new MadeMap();
        for (int i = 0; i < size; i++) {
            bind(given, keys, i, frame);
            if (!passes(frame) || result == null) {
                continue;
            }
            Value key = frame.slots()[first];
            Value value = result.run(frame);
            if (fold == Fold.MAP) {
                made.put(key, value);
            } else if (value instanceof Value.Entries entries) {
                for (Value inner : entries.keys()) {
                    Value item = entries.find(inner);
                    if (made.find(inner) != null) {
                        throw new EvalException(
                                "insert failed: key " + Fetching.shown(inner) + " already exists");
                    }
                    made.put(inner, item == null ? Value.NULL : item);
                }
            } else {
                throw EvalException.noOverload();
            }
        }
        return made;
    }
}
