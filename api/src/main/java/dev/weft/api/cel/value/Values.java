package dev.weft.api.cel.value;

import dev.weft.api.cel.value.Value.Bool;
import dev.weft.api.cel.value.Value.Bytes;
import dev.weft.api.cel.value.Value.Entries;
import dev.weft.api.cel.value.Value.Fields;
import dev.weft.api.cel.value.Value.Foreign;
import dev.weft.api.cel.value.Value.Int;
import dev.weft.api.cel.value.Value.Items;
import dev.weft.api.cel.value.Value.Moment;
import dev.weft.api.cel.value.Value.Null;
import dev.weft.api.cel.value.Value.Opt;
import dev.weft.api.cel.value.Value.Real;
import dev.weft.api.cel.value.Value.Sort;
import dev.weft.api.cel.value.Value.Span;
import dev.weft.api.cel.value.Value.Text;
import dev.weft.api.cel.value.Value.UInt;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.OptionalInt;

/** What holds of all values: which are equal, which comes first. Any thread. */
public final class Values {
    private Values() {}

    /** Numbers are equal when what they count is; values of different types are not equal. */
    public static boolean equal(Value a, Value b, Budget budget) {
        budget.spend(0);
        return switch (a) {
            case Int x when b instanceof Int y -> x.number() == y.number();
            case Text x when b instanceof Text y -> same(x.text(), y.text(), budget);
            case Int x -> isNumber(b) && numbers(x, b).orElse(1) == 0;
            case UInt x -> isNumber(b) && numbers(x, b).orElse(1) == 0;
            case Real x -> isNumber(b) && numbers(x, b).orElse(1) == 0;
            case Items x when b instanceof Items y -> items(x, y, budget);
            case Entries x when b instanceof Entries y -> entries(x, y, budget);
            case Fields x when b instanceof Fields y -> fields(x, y, budget);
            case Opt x when b instanceof Opt y ->
                    x.value() == null || y.value() == null
                            ? x.value() == y.value()
                            : equal(x.value(), y.value(), budget);
            case Items x -> unlike(x.isStrict(), b);
            case Entries x -> unlike(x.isStrict(), b);
            case Fields x -> unlike(true, b);
            case Opt x -> false;
            case Sort x -> b instanceof Sort y && typeName(x).equals(typeName(y));
            case Text x -> false;
            case Bool x -> x.equals(b);
            case Bytes x -> x.equals(b);
            case Null x -> b instanceof Null;
            case Moment x -> x.equals(b);
            case Span x -> x.equals(b);
            case Foreign x ->
                    b instanceof Foreign y && x.type().equals(y.type())
                            ? x.equals(b)
                            : unlike(true, b);
        };
    }

    @SuppressWarnings("ReferenceEquality") // the same text need not be read
    private static boolean same(String a, String b, Budget budget) {
        if (a == b || a.length() != b.length()) {
            return a == b;
        }
        budget.read(a.length());
        return a.equals(b);
    }

    /** Values of different types are not equal; of some, it is an error to ask. */
    private static boolean unlike(boolean strict, Value other) {
        if (strict && !(other instanceof Null)) {
            throw EvalException.noOverload();
        }
        return false;
    }

    private static boolean items(Items a, Items b, Budget budget) {
        Boolean own = a.sameAs(b, budget);
        if (own == null) {
            own = b.sameAs(a, budget);
        }
        if (own != null) {
            return own;
        }
        if (a.size() != b.size()) {
            return false;
        }
        for (int i = 0; i < a.size(); i++) {
            budget.spend(1);
            if (!equal(a.item(i), b.item(i), budget)) {
                return false;
            }
        }
        return true;
    }

    private static boolean entries(Entries a, Entries b, Budget budget) {
        if (a.size() != b.size()) {
            return false;
        }
        for (Value key : a.keys()) {
            budget.spend(1);
            Value mine = a.find(key);
            Value other = b.find(key);
            if (mine == null || other == null || !equal(mine, other, budget)) {
                return false;
            }
        }
        return true;
    }

    private static boolean fields(Fields a, Fields b, Budget budget) {
        if (a.names().size() != b.names().size()) {
            return false;
        }
        for (String name : a.names()) {
            budget.spend(1);
            Value mine = a.field(name);
            Value other = b.field(name);
            if (mine == null || other == null || !equal(mine, other, budget)) {
                return false;
            }
        }
        return true;
    }

    static boolean isNumber(Value value) {
        return value instanceof Int || value instanceof UInt || value instanceof Real;
    }

    /**
     * Which of two comes first.
     *
     * @return nothing where one is no number
     * @throws EvalException where the two have no order
     */
    public static OptionalInt compare(Value a, Value b) {
        if (a instanceof Int x && b instanceof Int y) {
            return OptionalInt.of(Long.compare(x.number(), y.number()));
        }
        if (isNumber(a) && isNumber(b)) {
            return numbers(a, b);
        }
        if (a instanceof Text x && b instanceof Text y) {
            return OptionalInt.of(texts(x.text(), y.text()));
        }
        if (a instanceof Bool x && b instanceof Bool y) {
            return OptionalInt.of(Boolean.compare(x.flag(), y.flag()));
        }
        if (a instanceof Bytes x && b instanceof Bytes y) {
            return OptionalInt.of(Arrays.compareUnsigned(x.bytes(), y.bytes()));
        }
        if (a instanceof Moment x && b instanceof Moment y) {
            return OptionalInt.of(x.instant().compareTo(y.instant()));
        }
        if (a instanceof Span x && b instanceof Span y) {
            return OptionalInt.of(x.duration().compareTo(y.duration()));
        }
        throw EvalException.noOverload();
    }

    /** An order in which all values of a list stand: what is no number comes first. */
    public static int order(Value a, Value b, Budget budget) {
        budget.spend(0);
        if (a instanceof Text x && b instanceof Text y) {
            budget.read(Math.min(x.text().length(), y.text().length()));
        }
        return compare(a, b).orElseGet(() -> Boolean.compare(!isNaN(a), !isNaN(b)));
    }

    private static boolean isNaN(Value value) {
        return value instanceof Real real && Double.isNaN(real.number());
    }

    /** By code points, as UTF-8 would be compared. */
    private static int texts(String a, String b) {
        int length = Math.min(a.length(), b.length());
        for (int i = 0; i < length; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                boolean high = Character.isSurrogate(x) != Character.isSurrogate(y);
                return high ? (Character.isSurrogate(x) ? 1 : -1) : Character.compare(x, y);
            }
        }
        return Integer.compare(a.length(), b.length());
    }

    private static OptionalInt numbers(Value a, Value b) {
        if (a instanceof Real x && b instanceof Real y) {
            if (Double.isNaN(x.number()) || Double.isNaN(y.number())) {
                return OptionalInt.empty();
            }
            return OptionalInt.of(x.number() < y.number() ? -1 : x.number() > y.number() ? 1 : 0);
        }
        if (a instanceof Real x && !Double.isFinite(x.number())) {
            return infinite(x.number());
        }
        if (b instanceof Real y && !Double.isFinite(y.number())) {
            OptionalInt order = infinite(y.number());
            return order.isEmpty() ? order : OptionalInt.of(-order.getAsInt());
        }
        if (a instanceof UInt x && b instanceof UInt y) {
            return OptionalInt.of(Long.compareUnsigned(x.bits(), y.bits()));
        }
        return OptionalInt.of(decimal(a).compareTo(decimal(b)));
    }

    private static OptionalInt infinite(double number) {
        return Double.isNaN(number) ? OptionalInt.empty() : OptionalInt.of(number > 0 ? 1 : -1);
    }

    private static BigDecimal decimal(Value number) {
        return switch (number) {
            case Int it -> BigDecimal.valueOf(it.number());
            case UInt it -> new BigDecimal(Long.toUnsignedString(it.bits()));
            case Real it -> new BigDecimal(it.number());
            case Bool it -> throw EvalException.noOverload();
            case Text it -> throw EvalException.noOverload();
            case Bytes it -> throw EvalException.noOverload();
            case Null it -> throw EvalException.noOverload();
            case Moment it -> throw EvalException.noOverload();
            case Span it -> throw EvalException.noOverload();
            case Opt it -> throw EvalException.noOverload();
            case Sort it -> throw EvalException.noOverload();
            case Foreign it -> throw EvalException.noOverload();
            case Items it -> throw EvalException.noOverload();
            case Entries it -> throw EvalException.noOverload();
            case Fields it -> throw EvalException.noOverload();
        };
    }

    /** The name of a value's type without its parts: {@code list}, {@code int}. */
    public static String typeName(Value value) {
        return typeName(value instanceof Sort sort ? sort.meant() : value.type());
    }

    private static String typeName(Type type) {
        return switch (type) {
            case Type.ListOf it -> "list";
            case Type.MapOf it -> "map";
            case Type.OptionalOf it -> "optional_type";
            case Type.TypeOf it -> "type";
            case Type.Simple it ->
                    switch (it) {
                        case NULL -> "null_type";
                        case TIMESTAMP -> "google.protobuf.Timestamp";
                        case DURATION -> "google.protobuf.Duration";
                        case BOOL, INT, UINT, DOUBLE, STRING, BYTES, DYN, ERROR -> it.toString();
                    };
            case Type.Opaque it -> it.name();
            case Type.Param it -> it.name();
            case Type.Record it -> it.toString();
        };
    }
}
