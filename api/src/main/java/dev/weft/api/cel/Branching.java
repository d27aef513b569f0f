package dev.weft.api.cel;

import dev.weft.api.cel.Planner.Code;
import dev.weft.api.cel.Planner.Frame;
import dev.weft.api.cel.value.EvalException;
import dev.weft.api.cel.value.Value;
import dev.weft.api.cel.value.Values;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Code that does not look at all of its parts, or looks at one many times. Any thread. */
final class Branching {
    private Branching() {}

    /**
     * One of two sides may decide alone, whichever it is: what fails on one side does not matter
     * where the other one decides.
     */
    static Code logical(Code left, Code right, Value decisive) {
        return frame -> {
            Value first = null;
            EvalException failed = null;
            try {
                first = bool(left.run(frame));
            } catch (EvalException e) {
                failed = e;
            }
            if (decisive.equals(first)) {
                return decisive;
            }
            Value second;
            try {
                second = bool(right.run(frame));
            } catch (EvalException e) {
                throw failed == null ? e : failed;
            }
            if (failed != null && !decisive.equals(second)) {
                throw failed;
            }
            return second;
        };
    }

    static Code choice(Code condition, Code yes, Code no) {
        return frame ->
                bool(condition.run(frame)).equals(Value.TRUE) ? yes.run(frame) : no.run(frame);
    }

    static Value bool(Value value) {
        if (value instanceof Value.Bool) {
            return value;
        }
        throw EvalException.noOverload();
    }

    private record Keyed(Value key, Value item) {}

    static Value sorted(Value list, int slot, Code key, Frame frame) {
        if (!(list instanceof Value.Items items)) {
            throw EvalException.noOverload();
        }
        List<Keyed> keyed = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            frame.budget().spend(2);
            frame.slots()[slot] = items.item(i);
            keyed.add(new Keyed(key.run(frame), items.item(i)));
        }
        keyed.sort((a, b) -> Values.order(a.key, b.key, frame.budget()));
        return new Value.Listed(keyed.stream().map(Keyed::item).toList());
    }

    /** The first of several failures, which is the one that is told. */
    static EvalException first(@Nullable EvalException before, EvalException now) {
        return before == null ? now : before;
    }
}
