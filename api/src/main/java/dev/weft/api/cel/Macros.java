package dev.weft.api.cel;

import dev.weft.api.cel.Expr.Fold;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Calls that are not calls of functions: loops, and the question whether a field is there. */
final class Macros {
    private final Problems problems;

    Macros(Problems problems) {
        this.problems = problems;
    }

    Expr expanded(Expr.Call call) {
        List<Expr> args = call.args();
        Expr target = call.target();
        if (target == null) {
            return call.function().equals("has") && args.size() == 1 ? has(call) : call;
        }
        Expr first = args.isEmpty() ? null : args.getFirst();
        Expr last = args.isEmpty() ? null : args.getLast();
        if (first == null || last == null) {
            return call;
        }
        String form = call.function() + "/" + args.size();
        return switch (form) {
            case "all/2" -> one(call, Fold.ALL, last, null);
            case "exists/2" -> one(call, Fold.EXISTS, last, null);
            case "exists_one/2" -> one(call, Fold.EXISTS_ONE, last, null);
            case "filter/2" -> one(call, Fold.LIST, last, first);
            case "map/2" -> one(call, Fold.LIST, null, last);
            case "map/3" -> one(call, Fold.LIST, args.get(1), last);
            case "all/3" -> two(call, Fold.ALL, last, null);
            case "exists/3" -> two(call, Fold.EXISTS, last, null);
            case "exists_one/3", "existsOne/3" -> two(call, Fold.EXISTS_ONE, last, null);
            case "transformList/3" -> two(call, Fold.LIST, null, last);
            case "transformList/4" -> two(call, Fold.LIST, args.get(2), last);
            case "transformMap/3" -> two(call, Fold.MAP, null, last);
            case "transformMap/4" -> two(call, Fold.MAP, args.get(2), last);
            case "transformMapEntry/3" -> two(call, Fold.MAP_ENTRY, null, last);
            case "transformMapEntry/4" -> two(call, Fold.MAP_ENTRY, args.get(2), last);
            case "optMap/2", "optFlatMap/2" ->
                    new Expr.Let(call.at(), call.function(), target, name(first), last);
            case "sortBy/2" -> new Expr.Let(call.at(), "sortBy", target, sorted(first), last);
            default -> call;
        };
    }

    private Expr has(Expr.Call call) {
        if (call.args().getFirst() instanceof Expr.Select select && !select.test()) {
            return new Expr.Select(call.at(), select.operand(), select.field(), true);
        }
        problems.add(call.args().getFirst().at(), "invalid argument to has() macro");
        return call;
    }

    private Expr one(Expr.Call call, Fold fold, @Nullable Expr filter, @Nullable Expr result) {
        Expr target = call.target();
        return target == null
                ? call
                : new Expr.Loop(
                        call.at(), fold, target, name(call.args().getFirst()), "", filter, result);
    }

    private Expr two(Expr.Call call, Fold fold, @Nullable Expr filter, @Nullable Expr result) {
        Expr target = call.target();
        if (target == null) {
            return call;
        }
        String first = name(call.args().getFirst());
        String second = name(call.args().get(1));
        if (first.equals(second) && !first.isEmpty()) {
            problems.add(call.args().get(1).at(), "duplicate variable name: " + first);
        }
        return new Expr.Loop(call.at(), fold, target, first, second, filter, result);
    }

    private String sorted(Expr variable) {
        if (variable instanceof Expr.Ident ident) {
            return ident.name();
        }
        problems.add(variable.at(), "argument is not an identifier");
        return "";
    }

    private String name(Expr variable) {
        if (variable instanceof Expr.Ident ident && !ident.name().startsWith(".")) {
            return ident.name();
        }
        problems.add(variable.at(), "argument must be a simple name");
        return "";
    }
}
