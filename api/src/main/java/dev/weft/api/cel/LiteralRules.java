package dev.weft.api.cel;

import dev.weft.api.cel.function.Library;
import dev.weft.api.cel.value.Type;
import dev.weft.api.cel.value.Type.Simple;
import dev.weft.api.cel.value.Value;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What must be true of literals, so that an expression cannot but fail. Belongs to one check. */
final class LiteralRules {
    private static final Map<String, String> CHECKED =
            Map.of(
                    "matches", "invalid matches argument",
                    "duration", "invalid duration argument",
                    "timestamp", "invalid timestamp argument");

    private final Problems problems;
    private final Set<Expr> unlike = Collections.newSetFromMap(new IdentityHashMap<>());

    LiteralRules(Problems problems) {
        this.problems = problems;
    }

    void check(Expr expr, Map<Expr, Type> types) {
        switch (expr) {
            case Expr.Literal it -> {}
            case Expr.Ident it -> {}
            case Expr.Struct it -> {}
            case Expr.Select it -> check(it.operand(), types);
            case Expr.Call it -> {
                call(it);
                format(it, types);
                if (it.target() != null) {
                    check(it.target(), types);
                }
                it.args().forEach(arg -> check(arg, types));
            }
            case Expr.ListOf it -> {
                if (unlike.contains(it)) {
                    it.items().forEach(unlike::add);
                    it.items().forEach(item -> check(item, types));
                    return;
                }
                alike(it.items(), it.optional(), types);
                it.items().forEach(item -> check(item, types));
            }
            case Expr.MapOf it when unlike.contains(it) -> {}
            case Expr.MapOf it -> {
                List<Boolean> plain = it.entries().stream().map(entry -> false).toList();
                List<Boolean> optional = it.entries().stream().map(Expr.Entry::optional).toList();
                alike(it.entries().stream().map(Expr.Entry::key).toList(), plain, types);
                alike(it.entries().stream().map(Expr.Entry::value).toList(), optional, types);
                for (Expr.Entry entry : it.entries()) {
                    check(entry.key(), types);
                    check(entry.value(), types);
                }
            }
            case Expr.Loop it -> {
                check(it.range(), types);
                checkIf(it.filter(), types);
                checkIf(it.result(), types);
            }
            case Expr.Let it -> {
                check(it.target(), types);
                check(it.body(), types);
            }
        }
    }

    /** What a text is formatted with may be of any types, as long as each fits its clause. */
    private void format(Expr.Call call, Map<Expr, Type> types) {
        if (!call.function().equals("format")
                || call.args().size() != 1
                || !(call.args().getFirst() instanceof Expr.ListOf list)) {
            return;
        }
        unlike.add(list);
        if (call.target() instanceof Expr.Literal literal
                && literal.value() instanceof Value.Text pattern) {
            List<String> given =
                    list.items().stream()
                            .map(it -> types.getOrDefault(it, Simple.DYN).toString())
                            .toList();
            Library.formatProblem(pattern.text(), given)
                    .ifPresent(
                            it ->
                                    problems.add(
                                            it.index() < 0
                                                    ? call.at()
                                                    : list.items().get(it.index()).at(),
                                            it.message()));
        }
    }

    private void checkIf(@Nullable Expr expr, Map<Expr, Type> types) {
        if (expr != null) {
            check(expr, types);
        }
    }

    private static boolean isDyn(Type type) {
        return type == Simple.DYN;
    }

    private void call(Expr.Call call) {
        String message = CHECKED.get(call.function());
        boolean one = call.args().size() == 1 || call.function().equals("matches");
        if (message == null || !one) {
            return;
        }
        Expr last = call.args().getLast();
        if (last instanceof Expr.Literal literal
                && literal.value() instanceof Value.Text text
                && !Library.takes(call.function(), text.text())) {
            problems.add(last.at(), message);
        }
    }

    private void alike(List<Expr> items, List<Boolean> optional, Map<Expr, Type> types) {
        Type first = null;
        for (int i = 0; i < items.size(); i++) {
            Type type = types.getOrDefault(items.get(i), Simple.DYN);
            if (optional.get(i) && type instanceof Type.OptionalOf it) {
                type = it.value();
            }
            if (first == null) {
                first = type;
            } else if (isDyn(type) != isDyn(first) || !new Unifier().fit(type, first)) {
                problems.add(
                        items.get(i).at(),
                        "expected type '%s' but found '%s'".formatted(first, type));
                return;
            }
        }
    }
}
