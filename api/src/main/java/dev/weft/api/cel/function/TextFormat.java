package dev.weft.api.cel.function;

import dev.weft.api.cel.value.Budget;
import dev.weft.api.cel.value.EvalException;
import dev.weft.api.cel.value.Value;
import dev.weft.api.cel.value.Values;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/** {@code '%d of %s'.format([1, name])} */
final class TextFormat {
    private static final int PRECISION_MAX = 100;
    private static final String SUPERSCRIPT =
            "\u2070\u00B9\u00B2\u00B3\u2074\u2075\u2076\u2077\u2078\u2079";

    private final String pattern;
    private final Value.Items args;
    private final Budget budget;
    private final StringBuilder made = new StringBuilder();
    private int at;

    private TextFormat(String pattern, Value.Items args, Budget budget) {
        this.pattern = pattern;
        this.args = args;
        this.budget = budget;
    }

    static Value format(Value[] args, Budget budget) {
        String pattern = Texts.read(args, budget);
        if (!(args[1] instanceof Value.Items items)) {
            throw EvalException.noOverload();
        }
        return Value.of(new TextFormat(pattern, items, budget).run());
    }

    private String run() {
        int used = 0;
        while (at < pattern.length()) {
            char c = pattern.charAt(at++);
            if (c != '%') {
                made.append(c);
            } else if (at < pattern.length() && pattern.charAt(at) == '%') {
                made.append('%');
                at++;
            } else {
                if (used >= args.size()) {
                    throw new EvalException("index " + used + " out of range");
                }
                int before = made.length();
                clause(args.item(used++));
                budget.read((long) made.length() - before);
            }
        }
        return made.toString();
    }

    private void clause(Value value) {
        int precision = precision();
        if (at >= pattern.length()) {
            throw new EvalException("unexpected end of string");
        }
        char kind = pattern.charAt(at++);
        made.append(
                switch (kind) {
                    case 's' -> shown(value);
                    case 'd' -> decimal(value);
                    case 'f' -> fixed(value, precision);
                    case 'e' -> scientific(value, precision);
                    case 'b' -> binary(value);
                    case 'x' -> hex(value);
                    case 'X' -> hex(value).toUpperCase(Locale.ROOT);
                    case 'o' -> octal(value);
                    default ->
                            throw new EvalException(
                                    "could not parse formatting clause: unrecognized formatting"
                                            + " clause \""
                                            + kind
                                            + "\"");
                });
    }

    private int precision() {
        if (at >= pattern.length() || pattern.charAt(at) != '.') {
            return 6;
        }
        int start = ++at;
        while (at < pattern.length() && Character.isDigit(pattern.charAt(at))) {
            at++;
        }
        if (start == at || at - start > 3) {
            throw new EvalException("could not parse formatting clause: precision");
        }
        return Math.min(Integer.parseInt(pattern.substring(start, at)), PRECISION_MAX);
    }

    private static EvalException wrong(String clause, String takes, Value value) {
        return new EvalException(
                "error during formatting: %s clause can only be used on %s, was given %s"
                        .formatted(clause, takes, Values.typeName(value)));
    }

    /** What is in a value many times is shown as often, and costs as often. */
    private String shown(Value value) {
        budget.spend(1);
        return switch (value) {
            case Value.Text it -> it.text();
            case Value.Bool it -> Boolean.toString(it.flag());
            case Value.Int it -> Long.toString(it.number());
            case Value.UInt it -> Long.toUnsignedString(it.bits());
            case Value.Real it -> special(it.number(), Numbers.shortest(it.number()));
            case Value.Bytes it -> new String(it.bytes(), StandardCharsets.UTF_8);
            case Value.Null it -> "null";
            case Value.Moment it -> Times.text(it.instant());
            case Value.Span it -> Times.seconds(it.duration());
            case Value.Sort it -> Values.typeName(it);
            case Value.Items it -> items(it);
            case Value.Entries it -> entries(it);
            case Value.Opt it -> throw unable(it);
            case Value.Fields it -> throw unable(it);
            case Value.Foreign it -> throw unable(it);
        };
    }

    private static EvalException unable(Value value) {
        return new EvalException(
                "error during formatting: string clause can only be used on strings, bools, bytes,"
                    + " ints, doubles, maps, lists, types, durations, and timestamps, was given "
                        + Values.typeName(value));
    }

    private String items(Value.Items items) {
        var list = new StringJoiner(", ", "[", "]");
        for (int i = 0; i < items.size(); i++) {
            list.add(inner(items.item(i)));
        }
        return list.toString();
    }

    private String entries(Value.Entries entries) {
        List<Value> keys = entries.keys();
        return keys.stream()
                .map(key -> inner(key) + ":" + inner(value(entries, key)))
                .sorted()
                .collect(Collectors.joining(", ", "{", "}"));
    }

    /** Texts in lists and maps stand in quotes. */
    private String inner(Value value) {
        String shown = value instanceof Value.Text text ? Texts.quoted(text.text()) : shown(value);
        budget.read(shown.length());
        return shown;
    }

    private static Value value(Value.Entries entries, Value key) {
        Value value = entries.find(key);
        return value == null ? Value.NULL : value;
    }

    private static String special(double number, String finite) {
        return Double.isNaN(number)
                ? "NaN"
                : Double.isInfinite(number) ? (number > 0 ? "Infinity" : "-Infinity") : finite;
    }

    private static String decimal(Value value) {
        return switch (value) {
            case Value.Int it -> Long.toString(it.number());
            case Value.UInt it -> Long.toUnsignedString(it.bits());
            default -> throw wrong("decimal", "integers", value);
        };
    }

    private static double real(String clause, Value value) {
        return switch (value) {
            case Value.Real it -> it.number();
            case Value.Int it -> it.number();
            case Value.UInt it -> new BigInteger(Long.toUnsignedString(it.bits())).doubleValue();
            default -> throw wrong(clause, "doubles", value);
        };
    }

    private static String fixed(Value value, int precision) {
        double number = real("fixed-point", value);
        return Double.isFinite(number)
                ? new BigDecimal(number).setScale(precision, RoundingMode.HALF_EVEN).toPlainString()
                : special(number, "");
    }

    private static String scientific(Value value, int precision) {
        double number = real("scientific", value);
        if (!Double.isFinite(number)) {
            return special(number, "");
        }
        String plain = String.format(Locale.ROOT, "%." + precision + "e", number);
        int e = plain.indexOf('e');
        var power = new StringBuilder();
        for (char c : plain.substring(e + 1).toCharArray()) {
            if (c != '+') {
                power.append(c == '-' ? '\u207B' : SUPERSCRIPT.charAt(c - '0'));
            }
        }
        return plain.substring(0, e) + "\u202F\u00D7\u202F10" + power;
    }

    private static String binary(Value value) {
        return switch (value) {
            case Value.Int it ->
                    it.number() < 0
                            ? "-" + Long.toBinaryString(-it.number())
                            : Long.toBinaryString(it.number());
            case Value.UInt it -> Long.toBinaryString(it.bits());
            case Value.Bool it -> it.flag() ? "1" : "0";
            default ->
                    throw new EvalException(
                            "error during formatting: only integers and bools can be formatted as"
                                    + " binary, was given "
                                    + Values.typeName(value));
        };
    }

    private static String hex(Value value) {
        return switch (value) {
            case Value.Int it ->
                    it.number() < 0
                            ? "-" + Long.toHexString(-it.number())
                            : Long.toHexString(it.number());
            case Value.UInt it -> Long.toHexString(it.bits());
            case Value.Text it ->
                    HexFormat.of().formatHex(it.text().getBytes(StandardCharsets.UTF_8));
            case Value.Bytes it -> HexFormat.of().formatHex(it.bytes());
            default ->
                    throw new EvalException(
                            "error during formatting: only integers, byte buffers, and strings can"
                                    + " be formatted as hex, was given "
                                    + Values.typeName(value));
        };
    }

    private static String octal(Value value) {
        return switch (value) {
            case Value.Int it ->
                    it.number() < 0
                            ? "-" + Long.toOctalString(-it.number())
                            : Long.toOctalString(it.number());
            case Value.UInt it -> Long.toOctalString(it.bits());
            default -> throw wrong("octal", "integers", value);
        };
    }
}
