package dev.weft.api.cel.cost;

import dev.weft.api.cel.value.Type;
import dev.weft.api.cel.value.Type.Simple;
import dev.weft.api.cel.value.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What each function costs: one, unless it reads texts or goes through lists. Reading a character
 * costs a tenth, an item one. Any thread.
 */
public final class Prices {
    private static final double CHARACTER = 0.1;
    private static final double PATTERN = 0.25;
    private static final double COMPARED = 2;
    private static final long ADDRESS = 4;
    private static final long FORMAT = 32;

    private Prices() {}

    /**
     * The price of one form of a function.
     *
     * @param form the types that this form takes
     * @param given what it is given, what it is called on first
     */
    public static Price of(String function, List<Type> form, List<Operand> given) {
        return switch (function) {
            case "_!=_" -> Price.of(compared(given));
            case "_==_" ->
                    given.getFirst().type() instanceof Type.Opaque type
                            ? Price.of(compared(type.name(), given))
                            : Price.of(compared(given));
            case "_<_", "_<=_", "_>_", "_>=_" ->
                    isText(form.getFirst()) ? Price.of(compared(given)) : Price.ONE;
            case "_+_" -> joined(form.getFirst(), given);
            case "@in" ->
                    form.getLast() instanceof Type.ListOf
                            ? Price.of(given.getLast().size().max())
                            : Price.ONE;
            case "startsWith", "endsWith" -> Price.of(given.getLast().size().cost(CHARACTER));
            case "contains" ->
                    Price.of(
                            Range.product(
                                    given.getFirst().size().cost(CHARACTER),
                                    given.getLast().size().cost(CHARACTER)));
            case "matches" -> Price.of(matched(given));
            case "find" -> new Price(matched(given), Range.upTo(given.getFirst().length().max()));
            case "findAll" ->
                    new Price(matched(given), Range.upTo(given.getFirst().length().max()));
            case "format", "isIP", "cidr", "isCIDR" -> Price.of(read(given, 1));
            case "ip" -> form.getFirst() == Simple.STRING ? Price.of(read(given, 1)) : Price.ONE;
            case "ip.isCanonical" -> Price.of(read(given, 2));
            case "quantity", "isQuantity", "semver", "isSemver" -> Price.of(read(given, 1));
            case "lowerAscii", "upperAscii", "trim", "substring", "url" ->
                    new Price(read(given, 1), given.getFirst().length());
            case "replace" -> replaced(given);
            case "split" -> split(given);
            case "join" -> listed(given);
            case "isSorted", "sum", "min", "max", "indexOf", "lastIndexOf" -> each(given);
            case "bytes", "string", "strings.quote" ->
                    converted(function, form.getFirst(), given.getFirst().size());
            case "sets.contains", "sets.intersects" -> Price.of(Range.sum(crossed(given, 1), 1));
            case "sets.equivalent" -> Price.of(Range.sum(crossed(given, 2), 1));
            case "dyn" -> new Price(1, given.getFirst().bounds());
            case "containsIP" -> contained(form.getLast(), given.getLast(), ADDRESS);
            case "containsCIDR" -> contained(form.getLast(), given.getLast(), ADDRESS + 3);
            case "validate" ->
                    Price.of(Range.product(given.getLast().length().cost(CHARACTER), FORMAT));
            case "reverse" -> Lists.reversed(given);
            case "slice" -> Lists.sliced(given);
            case "flatten" -> Lists.flat(given);
            case "lists.range" -> Lists.range(given);
            case "distinct" -> Lists.crossed(given.getFirst(), COMPARED);
            case "sort" -> sorted(given.getFirst(), given.getFirst().item());
            default -> Price.ONE;
        };
    }

    /**
     * What sorting a list costs.
     *
     * @param key one of those that are compared
     */
    public static Price sorted(Operand list, @Nullable Operand key) {
        boolean reads = key != null && isText(key.type());
        return Lists.crossed(list, reads ? COMPARED + CHARACTER : COMPARED);
    }

    private static boolean isText(Type type) {
        return type == Simple.STRING || type == Simple.BYTES;
    }

    /** Two values are read as far as the shorter one goes. */
    private static long compared(List<Operand> given) {
        long shorter = Math.min(given.getFirst().size().max(), given.getLast().size().max());
        return Range.scaled(shorter, CHARACTER);
    }

    private static long compared(String type, List<Operand> given) {
        return switch (type) {
            case "kubernetes.URL" -> given.getLast().size().cost(CHARACTER);
            case "kubernetes.NamedFormat" -> 7;
            default -> 1;
        };
    }

    private static Price contained(Type form, Operand other, long base) {
        boolean reads = form == Simple.STRING;
        return Price.of(Range.sum(base, reads ? other.length().cost(CHARACTER) : 0));
    }

    private static long read(List<Operand> given, int times) {
        return given.getFirst().length().cost(times * CHARACTER);
    }

    private static Price joined(Type form, List<Operand> given) {
        Range size = given.getFirst().size().plus(given.getLast().size());
        if (isText(form)) {
            return new Price(size.cost(CHARACTER), size);
        }
        return form instanceof Type.ListOf ? new Price(1, size) : Price.ONE;
    }

    /** One character more is counted, so that an empty text costs what its pattern does. */
    private static long matched(List<Operand> given) {
        long text = given.getFirst().size().plus(Range.of(1)).cost(CHARACTER);
        return Range.product(text, given.get(1).size().cost(PATTERN));
    }

    private static Price converted(String function, Type form, Range size) {
        long cost = size.cost(CHARACTER);
        if (function.equals("strings.quote")) {
            Range twice = size.times(Range.of(2));
            return new Price(cost, new Range(Range.sum(size.min(), 2), Range.sum(twice.max(), 2)));
        }
        if (function.equals("bytes") && form == Simple.STRING) {
            return new Price(cost, new Range(size.min(), Range.product(size.max(), 4)));
        }
        if (function.equals("string") && form == Simple.BYTES) {
            return new Price(cost, new Range(size.min() / 4, size.max()));
        }
        return Price.ONE;
    }

    private static Price replaced(List<Operand> given) {
        Range text = given.get(0).length();
        Range what = given.get(1).length();
        Range with = given.get(2).length();
        long least;
        if (what.max() == 0) {
            least = Range.sum(Range.product(Range.sum(text.min(), 1), with.min()), text.min());
        } else if (what.max() <= with.min()) {
            least = text.min();
        } else {
            least = Range.product(ceil(text.min(), what.max()), with.min());
        }
        long most;
        if (what.min() == 0) {
            most = Range.sum(Range.product(Range.sum(text.max(), 1), with.max()), text.max());
        } else if (with.max() <= what.min()) {
            most = text.max();
        } else {
            most = Range.product(ceil(text.max(), what.min()), with.max());
        }
        return new Price(text.cost(2 * CHARACTER), new Range(least, most));
    }

    private static long ceil(long count, long part) {
        return (long) Math.ceil((double) count / part);
    }

    /** Where it is split at nothing, each character becomes an item. */
    private static Price split(List<Operand> given) {
        Range text = given.getFirst().length();
        long most = text.max();
        if (given.size() > 2 && given.get(2).literal() instanceof Value.Int limit) {
            most = limit.number() < 0 ? Long.MAX_VALUE : limit.number();
        }
        return new Price(text.cost(2 * CHARACTER), Range.upTo(most));
    }

    private static Price listed(List<Operand> given) {
        Operand list = given.getFirst();
        Range count = list.length();
        Operand item = list.item();
        Range size = item == null ? Range.of(0) : count.times(item.length());
        if (given.size() > 1) {
            var between = new Range(Math.max(count.min() - 1, 0), Math.max(count.max() - 1, 0));
            size = size.plus(given.get(1).length().times(between));
        }
        return new Price(size.cost(CHARACTER), size);
    }

    private static Price each(List<Operand> given) {
        Operand list = given.getFirst();
        Operand item = list.item();
        if (item == null) {
            return Price.of(list.length().cost(CHARACTER));
        }
        long one = isText(item.type()) ? Range.sum(1, item.length().cost(CHARACTER)) : 1;
        return Price.of(Range.product(list.length().max(), one));
    }

    private static long crossed(List<Operand> given, int times) {
        long pairs = Range.product(given.getFirst().size().max(), given.getLast().size().max());
        return Range.product(pairs, times);
    }
}
