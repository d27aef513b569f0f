package dev.weft.api.cel;

import dev.weft.api.cel.Expr.Fold;
import dev.weft.api.cel.cost.Operand;
import dev.weft.api.cel.cost.Place;
import dev.weft.api.cel.cost.Price;
import dev.weft.api.cel.cost.Prices;
import dev.weft.api.cel.cost.Range;
import dev.weft.api.cel.value.Type;
import dev.weft.api.cel.value.Type.Simple;
import dev.weft.api.cel.value.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an expression may cost at most, found before it is run from how large values can be. A loop
 * costs what the macro stands for would: the steps of the loop beside those of its body. Belongs to
 * one thread and one expression.
 */
final class Estimate {
    private static final long LIST = 10;
    private static final long MAP = 30;

    private final Checker.Checked checked;
    private final Place self;
    private final Map<String, Operand> locals = new HashMap<>();

    /**
     * A part of the expression.
     *
     * @param cost of it and all its parts
     */
    private record Part(long cost, Operand operand) {
        Part plus(long more) {
            return new Part(Range.sum(cost, more), operand);
        }
    }

    private Estimate(Checker.Checked checked, Place self) {
        this.checked = checked;
        this.self = self;
    }

    static long of(Checker.Checked checked, Place self) {
        return new Estimate(checked, self).part(checked.expr()).cost;
    }

    private Part part(Expr expr) {
        Operand plain = Operand.of(checked.type(expr));
        return switch (expr) {
            case Expr.Literal it -> literal(it.value(), plain);
            case Expr.Ident it -> new Part(1, locals.getOrDefault(it.name(), plain.at(self)));
            case Expr.Select it -> select(it, plain);
            case Expr.Call it -> call(it, plain);
            case Expr.ListOf it -> list(it, plain);
            case Expr.MapOf it -> map(it, plain);
            case Expr.Struct it -> new Part(0, plain);
            case Expr.Loop it -> loop(it, plain);
            case Expr.Let it -> let(it, plain);
        };
    }

    private Part literal(Value value, Operand plain) {
        if (value instanceof Value.Sort) {
            return new Part(1, plain.at(self));
        }
        long size =
                switch (value) {
                    case Value.Text it -> it.text().codePointCount(0, it.text().length());
                    case Value.Bytes it -> it.bytes().length;
                    default -> 1;
                };
        return new Part(0, new Operand(plain.type(), null, Range.of(size), null, value));
    }

    private Part select(Expr.Select select, Operand plain) {
        Part operand = part(select.operand());
        if (select.test()) {
            return new Part(operand.cost, plain);
        }
        Type type = operand.operand.type();
        boolean looks = type instanceof Type.MapOf || type instanceof Type.Record;
        Place place = operand.operand.place();
        Place field = place == null ? self : place.field(select.field());
        return new Part(operand.cost, plain.at(field)).plus(looks ? 1 : 0);
    }

    private Part call(Expr.Call call, Operand plain) {
        var parts = new ArrayList<Part>();
        if (call.target() != null) {
            parts.add(part(call.target()));
        }
        call.args().forEach(it -> parts.add(part(it)));
        if (call.function().equals("_?_:_")) {
            return choice(parts.get(0), parts.get(1), parts.get(2), plain);
        }
        List<Operand> given = parts.stream().map(Part::operand).toList();
        long cost = parts.stream().mapToLong(Part::cost).reduce(0, Range::sum);
        return switch (call.function()) {
            case "_&&_", "_||_" -> new Part(cost, plain);
            case "_?._" -> new Part(cost, plain).plus(1);
            case "_[_]" -> new Part(cost, indexed(given.getFirst(), plain)).plus(1);
            default -> priced(call, given, plain).plus(cost);
        };
    }

    private static Part choice(Part condition, Part yes, Part no, Operand plain) {
        long cost = Range.sum(condition.cost, Math.max(yes.cost, no.cost));
        Range size = yes.operand.size().or(no.operand.size());
        return new Part(cost, plain.counted(size).entry(both(yes.operand, no.operand)));
    }

    private static @Nullable Range both(Operand a, Operand b) {
        return a.entry() == null || b.entry() == null ? null : a.entry().or(b.entry());
    }

    private Operand indexed(Operand container, Operand plain) {
        return plain.at(item(container)).counted(container.entry());
    }

    /** What is in a value that the expression makes is taken for the object itself. */
    private Place item(Operand container) {
        Place place = container.place();
        return place == null ? self : place.item();
    }

    /** As dear as the dearest form that it may be of. */
    private Part priced(Expr.Call call, List<Operand> given, Operand plain) {
        long cost = 0;
        Range size = null;
        for (List<Type> form : checked.forms().getOrDefault(call, List.of())) {
            Price price = Prices.of(call.function(), form, given);
            cost = Math.max(cost, price.cost());
            if (price.size() != null) {
                size = size == null ? price.size() : size.or(price.size());
            }
        }
        Operand made = plain.counted(size);
        return switch (call.function()) {
            case "_+_" -> new Part(cost, made.entry(both(given.getFirst(), given.getLast())));
            case "dyn" -> new Part(cost, made.entry(given.getFirst().entry()));
            default -> new Part(cost, made);
        };
    }

    private Part list(Expr.ListOf list, Operand plain) {
        long cost = LIST;
        Range item = null;
        for (Expr expr : list.items()) {
            Part part = part(expr);
            cost = Range.sum(cost, part.cost);
            item = item == null ? part.operand.size() : item.or(part.operand.size());
        }
        Range entry = item == null ? Range.of(0) : item;
        return new Part(cost, plain.counted(Range.of(list.items().size())).entry(entry));
    }

    private Part map(Expr.MapOf map, Operand plain) {
        long cost = MAP;
        Range value = null;
        for (Expr.Entry entry : map.entries()) {
            Part part = part(entry.value());
            cost = Range.sum(cost, Range.sum(part(entry.key()).cost, part.cost));
            value = value == null ? part.operand.size() : value.or(part.operand.size());
        }
        Range entry = value == null ? Range.of(0) : value;
        return new Part(cost, plain.counted(Range.of(map.entries().size())).entry(entry));
    }

    private Part loop(Expr.Loop loop, Operand plain) {
        Part range = part(loop.range());
        var outer = new HashMap<>(locals);
        bind(loop, range.operand);
        Part filter = loop.filter() == null ? null : part(loop.filter());
        Part result = loop.result() == null ? null : part(loop.result());
        locals.clear();
        locals.putAll(outer);
        long body = Range.sum(filter == null ? 0 : filter.cost, result == null ? 0 : result.cost);
        long step = Range.sum(body, stepping(loop.fold()));
        Range count = range.operand.size();
        long cost = Range.sum(range.cost, Range.product(count.max(), step));
        boolean gathers =
                switch (loop.fold()) {
                    case ALL, EXISTS, EXISTS_ONE -> false;
                    case LIST, MAP, MAP_ENTRY -> true;
                };
        Operand made = gathers ? plain.counted(count) : plain.counted(Range.of(1));
        if (result != null && loop.fold() == Fold.LIST) {
            made = made.entry(result.operand.size());
        }
        return new Part(Range.sum(cost, around(loop.fold())), made);
    }

    /** What each round costs beside its body. */
    private static long stepping(Fold fold) {
        return switch (fold) {
            case ALL -> 3;
            case EXISTS -> 4;
            case EXISTS_ONE -> 2;
            case LIST -> 2 + LIST;
            case MAP -> 3;
            case MAP_ENTRY -> 2;
        };
    }

    /** What a loop costs that has no round. */
    private static long around(Fold fold) {
        return switch (fold) {
            case ALL, EXISTS -> 1;
            case EXISTS_ONE -> 2;
            case LIST -> 1 + LIST;
            case MAP, MAP_ENTRY -> 1 + MAP;
        };
    }

    private void bind(Expr.Loop loop, Operand range) {
        Place place = range.place();
        Place item = item(range);
        Place key = place == null ? self : place.key();
        Type type = range.type();
        Type itemType = type instanceof Type.ListOf it ? it.item() : Simple.DYN;
        Type keyType = Simple.INT;
        if (type instanceof Type.MapOf it) {
            keyType = it.key();
            itemType = it.value();
        }
        Operand first = Operand.of(keyType).at(key);
        Operand second = Operand.of(itemType).at(item);
        if (!loop.second().isEmpty()) {
            locals.put(loop.first(), first);
            locals.put(loop.second(), second);
        } else {
            locals.put(loop.first(), type instanceof Type.MapOf ? first : second);
        }
    }

    private Part let(Expr.Let let, Operand plain) {
        Part target = part(let.target());
        Operand outer = locals.get(let.name());
        Type type = target.operand.type();
        boolean sorts = let.function().equals("sortBy");
        Type inner =
                switch (type) {
                    case Type.OptionalOf it -> it.value();
                    case Type.ListOf it -> it.item();
                    default -> Simple.DYN;
                };
        Operand bound = Operand.of(inner);
        if (sorts) {
            bound = bound.at(item(target.operand));
        }
        locals.put(let.name(), bound);
        Part body = part(let.body());
        if (outer == null) {
            locals.remove(let.name());
        } else {
            locals.put(let.name(), outer);
        }
        return sorts ? sorted(target, body, plain) : mapped(let.function(), target, body, plain);
    }

    /** Whether there is a value is asked, and then the value; both ask for the target. */
    private static Part mapped(String function, Part target, Part body, Operand plain) {
        long twice = Range.product(Range.sum(target.cost, 1), 2);
        long wraps = function.equals("optMap") ? 1 : 0;
        long cost = Range.sum(Range.sum(twice, body.cost), LIST + wraps);
        return new Part(cost, plain);
    }

    /** The list is kept, its keys are gathered, and both are sorted together. */
    private static Part sorted(Part target, Part key, Operand plain) {
        Operand list = target.operand;
        Price sorts = Prices.sorted(Operand.of(list.type()).counted(list.size()), key.operand);
        long keys = Range.product(list.size().max(), Range.sum(key.cost, stepping(Fold.LIST)));
        long cost = Range.sum(Range.sum(target.cost, keys), sorts.cost());
        return new Part(Range.sum(cost, LIST + 2 + around(Fold.LIST)), plain.counted(sorts.size()));
    }
}
