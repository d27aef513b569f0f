package dev.weft.api.cel;

import dev.weft.api.cel.function.Library;
import dev.weft.api.cel.value.Budget;
import dev.weft.api.cel.value.EvalException;
import dev.weft.api.cel.value.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes code of a checked expression. Belongs to one thread and one expression; the code to any.
 */
final class Planner {
    private static final Set<String> FOLDED =
            Set.of("int", "uint", "double", "bool", "string", "bytes", "timestamp", "duration");

    private final Map<String, Integer> slots = new HashMap<>();
    private int size;

    /** What can be run. */
    interface Code {
        Value run(Frame frame);
    }

    /**
     * One run of an expression.
     *
     * @param slots the variables' values
     */
    record Frame(Value[] slots, Budget budget) {}

    /**
     * @param slots how many variables a run needs room for
     */
    record Plan(Code code, int slots) {}

    private Planner() {}

    static Plan plan(Expr checked, List<String> variables) {
        var planner = new Planner();
        variables.forEach(planner::slot);
        Code code = planner.code(checked);
        return new Plan(code, planner.size);
    }

    private int slot(String name) {
        slots.put(name, size);
        return size++;
    }

    private Code code(Expr expr) {
        return switch (expr) {
            case Expr.Literal it -> frame -> it.value();
            case Expr.Ident it -> {
                int slot = slots.getOrDefault(it.name(), 0);
                yield frame -> {
                    frame.budget.spend(1);
                    return frame.slots[slot];
                };
            }
            case Expr.Select it -> select(it);
            case Expr.Call it -> call(it);
            case Expr.ListOf it -> list(it);
            case Expr.MapOf it -> map(it);
            case Expr.Loop it -> loop(it);
            case Expr.Let it -> let(it);
            case Expr.Struct it -> throw new IllegalStateException("not checked: " + it.type());
        };
    }

    private Code select(Expr.Select select) {
        Code operand = code(select.operand());
        String field = select.field();
        if (select.test()) {
            return frame -> {
                frame.budget.spend(1);
                return Value.of(Fetching.has(operand.run(frame), field));
            };
        }
        return frame -> {
            frame.budget.spend(1);
            return Fetching.field(operand.run(frame), field);
        };
    }

    private Code call(Expr.Call call) {
        var parts = new ArrayList<Code>();
        if (call.target() != null) {
            parts.add(code(call.target()));
        }
        call.args().forEach(it -> parts.add(code(it)));
        Code[] args = parts.toArray(new Code[0]);
        return switch (call.function()) {
            case "_&&_" -> Branching.logical(args[0], args[1], Value.FALSE);
            case "_||_" -> Branching.logical(args[0], args[1], Value.TRUE);
            case "_?_:_" -> Branching.choice(args[0], args[1], args[2]);
            case "_?._", "_[?_]" ->
                    frame -> {
                        frame.budget.spend(1);
                        return Fetching.maybe(args[0].run(frame), args[1].run(frame));
                    };
            case "_[_]" ->
                    frame -> {
                        frame.budget.spend(1);
                        return Fetching.item(args[0].run(frame), args[1].run(frame));
                    };
            default -> {
                Code code = function(call.function(), args);
                fold(call, code, args);
                yield code;
            }
        };
    }

    /** What cannot but fail is told before anything is run: conversions of literals, patterns. */
    private static void fold(Expr.Call call, Code code, Code[] args) {
        boolean constant =
                FOLDED.contains(call.function())
                        && call.args().size() == 1
                        && call.args().getFirst() instanceof Expr.Literal;
        boolean pattern =
                (call.function().equals("find") || call.function().equals("findAll"))
                        && call.args().getFirst() instanceof Expr.Literal;
        try {
            var frame = new Frame(new Value[0], new Budget(Long.MAX_VALUE).begun());
            if (constant) {
                code.run(frame);
            } else if (pattern) {
                Library.function("find")
                        .call(new Value[] {new Value.Text(""), args[1].run(frame)}, frame.budget);
            }
        } catch (EvalException e) {
            throw new CompileException("program instantiation failed: " + e.getMessage());
        }
    }

    private static Code function(String name, Code[] args) {
        Library.Function function = Library.function(name);
        if (args.length == 1) {
            Code only = args[0];
            return frame -> {
                Value value = only.run(frame);
                frame.budget.spend(1);
                return function.call(new Value[] {value}, frame.budget);
            };
        }
        return frame -> {
            var values = new Value[args.length];
            for (int i = 0; i < args.length; i++) {
                values[i] = args[i].run(frame);
            }
            frame.budget.spend(1);
            return function.call(values, frame.budget);
        };
    }

    private Code list(Expr.ListOf list) {
        Code[] items = list.items().stream().map(this::code).toArray(Code[]::new);
        List<Boolean> optional = list.optional();
        boolean constant =
                list.items().stream().allMatch(Expr.Literal.class::isInstance)
                        && !optional.contains(true);
        Code making =
                frame -> {
                    frame.budget.spend(10);
                    var values = new ArrayList<Value>(items.length);
                    for (int i = 0; i < items.length; i++) {
                        Value value = items[i].run(frame);
                        if (optional.get(i)) {
                            Value inner = Fetching.optional(value).value();
                            if (inner != null) {
                                values.add(inner);
                            }
                        } else {
                            values.add(value);
                        }
                    }
                    return new Value.Listed(values);
                };
        if (!constant) {
            return making;
        }
        Value made = making.run(new Frame(new Value[0], new Budget(Long.MAX_VALUE).begun()));
        return frame -> {
            frame.budget.spend(10);
            return made;
        };
    }

    private Code map(Expr.MapOf map) {
        var keys = new ArrayList<Code>();
        var values = new ArrayList<Code>();
        var optional = new ArrayList<Boolean>();
        for (Expr.Entry entry : map.entries()) {
            keys.add(code(entry.key()));
            values.add(code(entry.value()));
            optional.add(entry.optional());
        }
        return frame -> {
            frame.budget.spend(30);
            var made = new MadeMap();
            for (int i = 0; i < keys.size(); i++) {
                Value key = keys.get(i).run(frame);
                Value value = values.get(i).run(frame);
                if (optional.get(i)) {
                    value = Fetching.optional(value).value();
                }
                if (value != null) {
                    made.put(key, value);
                }
            }
            return made;
        };
    }

    private Code loop(Expr.Loop loop) {
        Code range = code(loop.range());
        var outer = new HashMap<>(slots);
        int first = slot(loop.first());
        int second = loop.second().isEmpty() ? -1 : slot(loop.second());
        Code filter = loop.filter() == null ? null : code(loop.filter());
        Code result = loop.result() == null ? null : code(loop.result());
        slots.clear();
        slots.putAll(outer);
        return new Looping(loop.fold(), range, first, second, filter, result);
    }

    private Code let(Expr.Let let) {
        Code target = code(let.target());
        var outer = new HashMap<>(slots);
        int slot = slot(let.name());
        Code body = code(let.body());
        slots.clear();
        slots.putAll(outer);
        return switch (let.function()) {
            case "sortBy" -> frame -> Branching.sorted(target.run(frame), slot, body, frame);
            case "optMap" ->
                    frame -> {
                        Value inner = Fetching.optional(target.run(frame)).value();
                        if (inner == null) {
                            return Value.NONE;
                        }
                        frame.slots[slot] = inner;
                        return new Value.Opt(body.run(frame));
                    };
            default ->
                    frame -> {
                        Value inner = Fetching.optional(target.run(frame)).value();
                        if (inner == null) {
                            return Value.NONE;
                        }
                        frame.slots[slot] = inner;
                        return body.run(frame);
                    };
        };
    }
}
