package dev.weft.api.cel;

import dev.weft.api.cel.Expr.Fold;
import dev.weft.api.cel.value.Type;
import dev.weft.api.cel.value.Type.Simple;
import dev.weft.api.cel.value.Value;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the type of every part of an expression, and what its names mean. The checked expression
 * has its names resolved: types are values in it, and functions with dotted names are called on
 * nothing. Belongs to one thread and one expression.
 */
final class Checker {
    private final Problems problems;
    private final Unifier unifier = new Unifier();
    private final Map<Expr, Type> types = new IdentityHashMap<>();
    private final Map<Expr, List<List<Type>>> forms = new IdentityHashMap<>();
    private Map<String, Type> scope;

    private Checker(Map<String, Type> variables, Problems problems) {
        this.scope = variables;
        this.problems = problems;
    }

    /**
     * An expression with the type of each of its parts.
     *
     * @param forms which forms of a function a call may be of, each by what it takes
     */
    record Checked(Expr expr, Map<Expr, Type> types, Map<Expr, List<List<Type>>> forms) {
        Type type() {
            return type(expr);
        }

        Type type(Expr part) {
            return types.getOrDefault(part, Simple.DYN);
        }
    }

    static Checked check(Expr expr, Map<String, Type> variables, Problems problems) {
        var checker = new Checker(variables, problems);
        Expr checked = checker.check(expr);
        var settled = new IdentityHashMap<Expr, Type>();
        checker.types.forEach((part, type) -> settled.put(part, checker.unifier.settled(type)));
        if (problems.isEmpty()) {
            new LiteralRules(problems).check(checked, settled);
        }
        return new Checked(checked, settled, checker.forms);
    }

    private Type type(Expr checked) {
        return unifier.resolved(types.getOrDefault(checked, Simple.DYN));
    }

    private Expr typed(Expr expr, Type type) {
        types.put(expr, type);
        return expr;
    }

    private Expr wrong(Expr expr, int at, String message) {
        problems.add(at, message);
        return typed(expr, Simple.ERROR);
    }

    private Expr check(Expr expr) {
        return switch (expr) {
            case Expr.Literal it -> typed(it, it.value().type());
            case Expr.Ident it -> ident(it);
            case Expr.Select it -> select(it);
            case Expr.Call it -> call(it);
            case Expr.ListOf it -> list(it);
            case Expr.MapOf it -> map(it);
            case Expr.Struct it -> wrong(it, it.at(), undeclared(it.type()));
            case Expr.Loop it -> loop(it);
            case Expr.Let it -> let(it);
        };
    }

    private static String undeclared(String name) {
        return "undeclared reference to '" + name + "' (in container '')";
    }

    private Expr ident(Expr.Ident ident) {
        Expr found = named(ident.at(), ident.name());
        return found == null ? wrong(ident, ident.at(), undeclared(ident.name())) : found;
    }

    /** The variable or the type of that name, null where there is none. */
    private @Nullable Expr named(int at, String written) {
        String name = written.startsWith(".") ? written.substring(1) : written;
        Type variable = scope.get(name);
        if (variable != null) {
            return typed(new Expr.Ident(at, name), variable);
        }
        Type type = Declarations.type(name);
        if (type == null) {
            return null;
        }
        var sort = new Value.Sort(type);
        return typed(new Expr.Literal(at, sort), sort.type());
    }

    private Expr select(Expr.Select select) {
        String dotted = dotted(select);
        if (!select.test() && dotted != null && dotted.indexOf('.') > 0) {
            Expr named = named(select.at(), dotted);
            if (named != null) {
                return named;
            }
        }
        Expr operand = check(select.operand());
        var checked = new Expr.Select(select.at(), operand, select.field(), select.test());
        Type field = field(select.at(), type(operand), select.field());
        return typed(checked, select.test() ? Simple.BOOL : field);
    }

    /** {@code a.b.c}, null where it is something else. */
    private static @Nullable String dotted(Expr expr) {
        return switch (expr) {
            case Expr.Ident it -> it.name();
            case Expr.Select it when !it.test() -> {
                String operand = dotted(it.operand());
                yield operand == null ? null : operand + "." + it.field();
            }
            case Expr.Select it -> null;
            case Expr.Literal it -> null;
            case Expr.Call it -> null;
            case Expr.ListOf it -> null;
            case Expr.MapOf it -> null;
            case Expr.Struct it -> null;
            case Expr.Loop it -> null;
            case Expr.Let it -> null;
        };
    }

    private Type field(int at, Type operand, String field) {
        return switch (operand) {
            case Type.MapOf it -> it.value();
            case Type.Record it -> {
                Type type = it.field(field);
                if (type == null) {
                    problems.add(at, "undefined field '" + field + "'");
                    yield Simple.ERROR;
                }
                yield type;
            }
            case Type.OptionalOf it -> optional(field(at, unifier.resolved(it.value()), field));
            case Type.Param it -> {
                unifier.fit(it, Simple.DYN);
                yield Simple.DYN;
            }
            case Simple it when it == Simple.DYN || it == Simple.ERROR -> it;
            case Simple it -> noFields(at, it);
            case Type.ListOf it -> noFields(at, it);
            case Type.TypeOf it -> noFields(at, it);
            case Type.Opaque it -> noFields(at, it);
        };
    }

    private Type noFields(int at, Type type) {
        problems.add(at, "type '" + type + "' does not support field selection");
        return Simple.ERROR;
    }

    private static Type optional(Type type) {
        return type instanceof Type.OptionalOf ? type : new Type.OptionalOf(type);
    }

    private Expr call(Expr.Call call) {
        if (call.function().equals("_?._")) {
            return optionalSelect(call);
        }
        List<Expr> args = new ArrayList<>();
        call.args().forEach(it -> args.add(check(it)));
        Expr target = call.target();
        if (target != null) {
            String dotted = dotted(target);
            String qualified = dotted == null ? "" : dotted + "." + call.function();
            if (Declarations.function(qualified) != null) {
                return overloaded(new Expr.Call(call.at(), null, qualified, args));
            }
            target = check(target);
        }
        var checked = new Expr.Call(call.at(), target, call.function(), args);
        if (call.function().equals("_&&_") || call.function().equals("_||_")) {
            args.forEach(this::mustBeBool);
            return typed(checked, Simple.BOOL);
        }
        return overloaded(checked);
    }

    private void mustBeBool(Expr checked) {
        mustBe(checked, Simple.BOOL);
    }

    private void mustBe(Expr checked, Type wanted) {
        Type seen = type(checked);
        if (!unifier.fit(seen, wanted)) {
            problems.add(
                    checked.at(),
                    "expected type '%s' but found '%s'"
                            .formatted(shown(unifier.resolved(wanted)), shown(seen)));
        }
    }

    private Expr optionalSelect(Expr.Call call) {
        Expr operand = check(call.args().getFirst());
        Expr.Literal name = (Expr.Literal) call.args().getLast();
        String field = name.value() instanceof Value.Text text ? text.text() : "";
        typed(name, Simple.STRING);
        Type type = field(call.at(), type(operand), field);
        return typed(
                new Expr.Call(call.at(), null, call.function(), List.of(operand, name)),
                optional(type));
    }

    private Expr overloaded(Expr.Call call) {
        List<Declarations.Overload> overloads = Declarations.function(call.function());
        if (overloads == null) {
            return wrong(call, call.at(), undeclared(call.function()));
        }
        var given = new ArrayList<Type>();
        Expr target = call.target();
        if (target != null) {
            given.add(type(target));
        }
        call.args().forEach(it -> given.add(type(it)));
        Type result = null;
        var fitting = new ArrayList<List<Type>>();
        for (Declarations.Overload overload : overloads) {
            if (overload.member() != (target != null)) {
                continue;
            }
            Declarations.Overload own = unifier.instance(overload);
            if (unifier.allFit(given, own.args())) {
                fitting.add(overload.args());
                Type type = unifier.resolved(own.result());
                boolean differs = result != null && !unifier.resolved(result).equals(type);
                result = differs ? Simple.DYN : type;
            }
        }
        if (result == null) {
            return wrong(call, call.at(), noOverload(call, given));
        }
        forms.put(call, fitting);
        return typed(call, result);
    }

    private String noOverload(Expr.Call call, List<Type> given) {
        List<Type> shown = given.stream().map(it -> shown(it)).toList();
        String types =
                call.target() == null
                        ? Type.listed(shown)
                        : shown.getFirst() + "." + Type.listed(shown.subList(1, shown.size()));
        return "found no matching overload for '%s' applied to '%s'"
                .formatted(call.function(), types);
    }

    /** What is not known is shown as any type. */
    private Type shown(Type type) {
        return unifier.settled(type);
    }

    private Expr list(Expr.ListOf list) {
        var items = new ArrayList<Expr>();
        Type item = null;
        for (int i = 0; i < list.items().size(); i++) {
            Expr checked = check(list.items().get(i));
            items.add(checked);
            item = joined(item, checked, list.optional().get(i));
        }
        Type type = new Type.ListOf(item == null ? unifier.unknown() : item);
        return typed(new Expr.ListOf(list.at(), items, list.optional()), type);
    }

    /** The type of items so far, with one more item. */
    private Type joined(@Nullable Type before, Expr checked, boolean optional) {
        Type type = type(checked);
        if (optional) {
            if (type instanceof Type.OptionalOf it) {
                type = unifier.resolved(it.value());
            } else if (type != Simple.DYN && type != Simple.ERROR) {
                problems.add(
                        checked.at(),
                        "expected type 'optional_type(%s)' but found '%s'"
                                .formatted(shown(type), shown(type)));
            }
        }
        if (before == null) {
            return type;
        }
        if (before == Simple.DYN || type == Simple.DYN) {
            return Simple.DYN;
        }
        if (unifier.fit(type, before)) {
            return unifier.resolved(before);
        }
        if (unifier.fit(before, type)) {
            return unifier.resolved(type);
        }
        return Simple.DYN;
    }

    private Expr map(Expr.MapOf map) {
        var entries = new ArrayList<Expr.Entry>();
        Type key = null;
        Type value = null;
        for (Expr.Entry entry : map.entries()) {
            Expr checkedKey = check(entry.key());
            Expr checkedValue = check(entry.value());
            key = joined(key, checkedKey, false);
            value = joined(value, checkedValue, entry.optional());
            entries.add(new Expr.Entry(entry.at(), checkedKey, checkedValue, entry.optional()));
        }
        Type type =
                new Type.MapOf(
                        key == null ? unifier.unknown() : key,
                        value == null ? unifier.unknown() : value);
        return typed(new Expr.MapOf(map.at(), entries), type);
    }

    private Expr loop(Expr.Loop loop) {
        Expr range = check(loop.range());
        Type given = type(range);
        boolean pair = !loop.second().isEmpty();
        Type first = Simple.ERROR;
        Type second = Simple.ERROR;
        switch (given) {
            case Type.ListOf it -> {
                first = pair ? Simple.INT : it.item();
                second = it.item();
            }
            case Type.MapOf it -> {
                first = it.key();
                second = it.value();
            }
            case Type.Param it -> {
                unifier.fit(it, Simple.DYN);
                first = Simple.DYN;
                second = Simple.DYN;
            }
            case Simple it when it == Simple.DYN || it == Simple.ERROR -> {
                first = Simple.DYN;
                second = Simple.DYN;
            }
            case Simple it -> noRange(range, it);
            case Type.OptionalOf it -> noRange(range, it);
            case Type.TypeOf it -> noRange(range, it);
            case Type.Opaque it -> noRange(range, it);
            case Type.Record it -> noRange(range, it);
        }
        Map<String, Type> outer = scope;
        var inner = new LinkedHashMap<>(outer);
        inner.put(loop.first(), first);
        if (pair) {
            inner.put(loop.second(), second);
        }
        scope = inner;
        Expr filter = loop.filter() == null ? null : check(loop.filter());
        Expr result = loop.result() == null ? null : check(loop.result());
        scope = outer;
        if (filter != null) {
            mustFilter(loop, filter, result, first);
        }
        var checked =
                new Expr.Loop(
                        loop.at(), loop.fold(), range, loop.first(), loop.second(), filter, result);
        return typed(checked, made(loop.at(), loop.fold(), first, result));
    }

    /** The condition of a loop that gathers is told of as what it stands for, a choice. */
    private void mustFilter(Expr.Loop loop, Expr filter, @Nullable Expr result, Type first) {
        boolean quantifies = loop.fold() == Fold.ALL || loop.fold() == Fold.EXISTS;
        Type seen = type(filter);
        if (quantifies) {
            mustBeBool(filter);
        } else if (!unifier.fit(seen, Simple.BOOL)) {
            Type made =
                    loop.fold() == Fold.EXISTS_ONE
                            ? Simple.INT
                            : shown(made(loop.at(), loop.fold(), first, result));
            problems.add(
                    loop.at(),
                    "found no matching overload for '_?_:_' applied to '%s'"
                            .formatted(Type.listed(List.of(shown(seen), made, made))));
        }
    }

    private void noRange(Expr range, Type type) {
        problems.add(
                range.at(),
                "expression of type '%s' cannot be range of a comprehension (must be list, map, or dynamic)"
                        .formatted(type));
    }

    private Type made(int at, Fold fold, Type first, @Nullable Expr result) {
        Type item = result == null ? first : type(result);
        return switch (fold) {
            case ALL, EXISTS, EXISTS_ONE -> Simple.BOOL;
            case LIST -> new Type.ListOf(item);
            case MAP -> new Type.MapOf(first, item);
            case MAP_ENTRY -> {
                if (!(item instanceof Type.MapOf) && item != Simple.DYN && result != null) {
                    problems.add(
                            at,
                            "found no matching overload for 'cel.@mapInsert' applied to '%s'"
                                    .formatted(
                                            Type.listed(
                                                    List.of(
                                                            new Type.MapOf(Simple.DYN, Simple.DYN),
                                                            shown(item)))));
                }
                yield item instanceof Type.MapOf ? item : Simple.DYN;
            }
        };
    }

    private void noLet(Expr.Let let, Type given, boolean sort) {
        if (sort) {
            problems.add(
                    let.target().at(),
                    "sortBy can only be applied to a list, identifier, comprehension, call or"
                            + " select expression");
            return;
        }
        for (String function : List.of("hasValue", "value")) {
            problems.add(
                    let.at(),
                    "found no matching overload for '%s' applied to '%s.()'"
                            .formatted(function, shown(given)));
        }
    }

    private Expr let(Expr.Let let) {
        Expr target = check(let.target());
        Type given = type(target);
        boolean sort = let.function().equals("sortBy");
        Type inner =
                switch (given) {
                    case Type.OptionalOf it when !sort -> it.value();
                    case Type.ListOf it when sort -> it.item();
                    case Simple it when it == Simple.DYN || it == Simple.ERROR -> it;
                    case Type.Param it -> Simple.DYN;
                    default -> null;
                };
        if (inner == null) {
            noLet(let, given, sort);
            inner = Simple.ERROR;
        }
        Map<String, Type> outer = scope;
        var extended = new LinkedHashMap<>(outer);
        extended.put(let.name(), inner);
        scope = extended;
        Expr body = check(let.body());
        scope = outer;
        Type made =
                switch (let.function()) {
                    case "sortBy" -> given;
                    case "optMap" -> new Type.OptionalOf(type(body));
                    default -> type(body);
                };
        return typed(new Expr.Let(let.at(), let.function(), target, let.name(), body), made);
    }
}
