package dev.weft.api.cel.function;

import dev.weft.api.cel.function.Library.Function;
import dev.weft.api.cel.value.Budget;
import dev.weft.api.cel.value.EvalException;
import dev.weft.api.cel.value.Value;
import dev.weft.api.cel.value.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/** Functions of lists, and of lists that are taken for sets. */
final class Lists {
    private static final int RANGE_MAX = 1_000_000;
    private static final int FLAT_MAX = 1_000_000;

    private Lists() {}

    static void addTo(Map<String, Function> functions) {
        functions.put("slice", Lists::slice);
        functions.put("flatten", Lists::flatten);
        functions.put("sort", Lists::sorted);
        functions.put("lists.range", Lists::range);
        functions.put(
                "reverse", (args, budget) -> new Value.Listed(list(args[0], budget).reversed()));
        functions.put("distinct", Lists::distinct);
        functions.put("first", (args, budget) -> end(list(args[0], budget), true));
        functions.put("last", (args, budget) -> end(list(args[0], budget), false));
        functions.put("isSorted", Lists::isSorted);
        functions.put("sum", Lists::sum);
        functions.put("min", (args, budget) -> extreme("min", args, budget, it -> it < 0));
        functions.put("max", (args, budget) -> extreme("max", args, budget, it -> it > 0));
        functions.put("sets.contains", (args, budget) -> Value.of(contains(args, budget)));
        functions.put(
                "sets.equivalent",
                (args, budget) ->
                        Value.of(
                                contains(args, budget)
                                        && contains(new Value[] {args[1], args[0]}, budget)));
        functions.put("sets.intersects", (args, budget) -> Value.of(intersects(args, budget)));
    }

    private static List<Value> list(Value value, Budget budget) {
        if (!(value instanceof Value.Items items)) {
            throw EvalException.noOverload();
        }
        budget.spend(items.size());
        var list = new ArrayList<Value>(items.size());
        for (int i = 0; i < items.size(); i++) {
            list.add(items.item(i));
        }
        return list;
    }

    private static boolean has(List<Value> list, Value item, Budget budget) {
        for (Value other : list) {
            budget.spend(1);
            if (Values.equal(other, item, budget)) {
                return true;
            }
        }
        return false;
    }

    static Value indexOf(Value.Items items, Value item, Budget budget) {
        for (int i = 0; i < items.size(); i++) {
            budget.spend(1);
            if (Values.equal(items.item(i), item, budget)) {
                return Value.of(i);
            }
        }
        return Value.of(-1);
    }

    static Value lastIndexOf(Value.Items items, Value item, Budget budget) {
        for (int i = items.size() - 1; i >= 0; i--) {
            budget.spend(1);
            if (Values.equal(items.item(i), item, budget)) {
                return Value.of(i);
            }
        }
        return Value.of(-1);
    }

    private static long number(Value value) {
        if (value instanceof Value.Int it) {
            return it.number();
        }
        throw EvalException.noOverload();
    }

    private static Value slice(Value[] args, Budget budget) {
        List<Value> list = list(args[0], budget);
        long from = number(args[1]);
        long to = number(args[2]);
        if (from < 0 || to < 0) {
            throw new EvalException(
                    "cannot slice(%d, %d), negative indexes not supported".formatted(from, to));
        }
        if (from > to) {
            throw new EvalException(
                    "cannot slice(%d, %d), start index must be less than or equal to end index"
                            .formatted(from, to));
        }
        if (to > list.size()) {
            throw new EvalException(
                    "cannot slice(%d, %d), list is length %d".formatted(from, to, list.size()));
        }
        return new Value.Listed(list.subList((int) from, (int) to));
    }

    private static Value flatten(Value[] args, Budget budget) {
        long depth = args.length > 1 ? number(args[1]) : 1;
        if (depth < 0) {
            throw new EvalException("level must be non-negative");
        }
        var flat = new ArrayList<Value>();
        flatten(list(args[0], budget), Math.min(depth, 100), flat, budget);
        return new Value.Listed(flat);
    }

    private static void flatten(List<Value> list, long depth, List<Value> flat, Budget budget) {
        for (Value item : list) {
            if (item instanceof Value.Items && depth > 0) {
                flatten(list(item, budget), depth - 1, flat, budget);
            } else if (flat.size() < FLAT_MAX) {
                flat.add(item);
            }
        }
    }

    private static Value sorted(Value[] args, Budget budget) {
        List<Value> list = list(args[0], budget);
        list.sort((a, b) -> Values.order(a, b, budget));
        return new Value.Listed(list);
    }

    private static Value range(Value[] args, Budget budget) {
        long size = number(args[0]);
        budget.spend(Math.max(size, 0));
        var list = new ArrayList<Value>();
        for (int i = 0; i < Math.min(size, RANGE_MAX); i++) {
            list.add(Value.of(i));
        }
        return new Value.Listed(list);
    }

    private static Value distinct(Value[] args, Budget budget) {
        var distinct = new ArrayList<Value>();
        for (Value item : list(args[0], budget)) {
            if (!has(distinct, item, budget)) {
                distinct.add(item);
            }
        }
        return new Value.Listed(distinct);
    }

    private static Value end(List<Value> list, boolean first) {
        return list.isEmpty()
                ? Value.NONE
                : new Value.Opt(first ? list.getFirst() : list.getLast());
    }

    private static Value isSorted(Value[] args, Budget budget) {
        List<Value> list = list(args[0], budget);
        for (int i = 1; i < list.size(); i++) {
            if (Values.order(list.get(i - 1), list.get(i), budget) > 0) {
                return Value.FALSE;
            }
        }
        return Value.TRUE;
    }

    private static Value sum(Value[] args, Budget budget) {
        List<Value> list = list(args[0], budget);
        Function plus = Library.function("_+_");
        if (list.isEmpty()) {
            return Value.of(0);
        }
        Value sum = list.getFirst();
        for (Value item : list.subList(1, list.size())) {
            sum = plus.call(new Value[] {sum, item}, budget);
        }
        return sum;
    }

    private static Value extreme(String name, Value[] args, Budget budget, IntPredicate better) {
        List<Value> list = list(args[0], budget);
        if (list.isEmpty()) {
            throw new EvalException(name + " called on empty list");
        }
        Value best = list.getFirst();
        for (Value item : list) {
            if (better.test(Values.order(item, best, budget))) {
                best = item;
            }
        }
        return best;
    }

    /** Whether all of the second list is in the first one. */
    private static boolean contains(Value[] args, Budget budget) {
        List<Value> list = list(args[0], budget);
        for (Value item : list(args[1], budget)) {
            if (!has(list, item, budget)) {
                return false;
            }
        }
        return true;
    }

    private static boolean intersects(Value[] args, Budget budget) {
        List<Value> list = list(args[0], budget);
        for (Value item : list(args[1], budget)) {
            if (has(list, item, budget)) {
                return true;
            }
        }
        return false;
    }
}
