package dev.weft.api.cel.function;

import dev.weft.api.cel.function.Library.Function;
import dev.weft.api.cel.value.Budget;
import dev.weft.api.cel.value.EvalException;
import dev.weft.api.cel.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** Functions of texts. Places are counted in code points. */
final class Texts {
    private Texts() {}

    static void addTo(Map<String, Function> functions) {
        functions.put(
                "contains",
                (args, budget) -> Value.of(Searching.first(read(args, budget), arg(args), 0) >= 0));
        functions.put(
                "startsWith",
                (args, budget) -> Value.of(begun(args, budget).startsWith(arg(args))));
        functions.put(
                "endsWith", (args, budget) -> Value.of(begun(args, budget).endsWith(arg(args))));
        functions.put("charAt", Texts::charAt);
        functions.put("indexOf", Texts::indexOf);
        functions.put("lastIndexOf", Texts::lastIndexOf);
        functions.put("join", Texts::join);
        functions.put("strings.quote", (args, budget) -> Value.of(quoted(read(args, budget))));
        functions.put("lowerAscii", (args, budget) -> Value.of(cased(read(args, budget), 'A', 32)));
        functions.put(
                "upperAscii", (args, budget) -> Value.of(cased(read(args, budget), 'a', -32)));
        functions.put("replace", Texts::replace);
        functions.put("split", Texts::split);
        functions.put("substring", Texts::substring);
        functions.put("trim", (args, budget) -> Value.of(trimmed(read(args, budget))));
        functions.put("format", TextFormat::format);
    }

    static String text(Value value) {
        if (value instanceof Value.Text text) {
            return text.text();
        }
        throw EvalException.noOverload();
    }

    private static String arg(Value[] args) {
        return text(args[1]);
    }

    /** The text that the function is called on, all of which is read. */
    static String read(Value[] args, Budget budget) {
        String text = text(args[0]);
        budget.read(text.length());
        return text;
    }

    private static String begun(Value[] args, Budget budget) {
        budget.read(arg(args).length());
        return text(args[0]);
    }

    private static int number(Value value) {
        if (value instanceof Value.Int it) {
            return (int) Math.clamp(it.number(), Integer.MIN_VALUE, Integer.MAX_VALUE);
        }
        throw EvalException.noOverload();
    }

    private static int points(String text) {
        return text.codePointCount(0, text.length());
    }

    private static EvalException outOfRange(long index) {
        return new EvalException("index out of range: " + index);
    }

    private static Value charAt(Value[] args, Budget budget) {
        String text = read(args, budget);
        int index = number(args[1]);
        int length = points(text);
        if (index < 0 || index > length) {
            throw outOfRange(index);
        }
        if (index == length) {
            return Value.of("");
        }
        return Value.of(Character.toString(text.codePointAt(text.offsetByCodePoints(0, index))));
    }

    private static Value indexOf(Value[] args, Budget budget) {
        if (args[0] instanceof Value.Items items) {
            return Lists.indexOf(items, args[1], budget);
        }
        String text = read(args, budget);
        String part = arg(args);
        int from = args.length > 2 ? number(args[2]) : 0;
        if (args.length > 2 && part.isEmpty()) {
            return Value.of(from);
        }
        if (from < 0) {
            throw outOfRange(from);
        }
        if (from > points(text)) {
            return Value.of(-1);
        }
        int found = Searching.first(text, part, text.offsetByCodePoints(0, from));
        return Value.of(found < 0 ? -1 : text.codePointCount(0, found));
    }

    private static Value lastIndexOf(Value[] args, Budget budget) {
        if (args[0] instanceof Value.Items items) {
            return Lists.lastIndexOf(items, args[1], budget);
        }
        String text = read(args, budget);
        String part = arg(args);
        int length = points(text);
        int from = args.length > 2 ? number(args[2]) : length;
        if (args.length > 2 && part.isEmpty()) {
            return Value.of(from);
        }
        if (from < 0) {
            throw outOfRange(from);
        }
        if (from > length) {
            return Value.of(-1);
        }
        int latest = text.offsetByCodePoints(0, Math.min(from, length));
        int found = Searching.last(text, part, latest);
        return Value.of(found < 0 ? -1 : text.codePointCount(0, found));
    }

    private static Value join(Value[] args, Budget budget) {
        if (!(args[0] instanceof Value.Items items)) {
            throw EvalException.noOverload();
        }
        String between = args.length > 1 ? arg(args) : "";
        var joined = new StringJoiner(between);
        for (int i = 0; i < items.size(); i++) {
            String item = text(items.item(i));
            budget.read((long) item.length() + between.length() + 1);
            joined.add(item);
        }
        return Value.of(joined.toString());
    }

    /** With a mark at both ends, and nothing in it that would end it. */
    static String quoted(String text) {
        var quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case 7 -> quoted.append("\\a");
                case '\b' -> quoted.append("\\b");
                case '\f' -> quoted.append("\\f");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                case 11 -> quoted.append("\\v");
                case '\\' -> quoted.append("\\\\");
                case '"' -> quoted.append("\\\"");
                default -> quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    private static String cased(String text, char first, int by) {
        var cased = new StringBuilder(text);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= first && c < first + 26) {
                cased.setCharAt(i, (char) (c + by));
            }
        }
        return cased.toString();
    }

    private static Value replace(Value[] args, Budget budget) {
        String text = read(args, budget);
        String old = arg(args);
        String with = text(args[2]);
        int left = args.length > 3 ? number(args[3]) : -1;
        var replaced = new StringBuilder();
        int at = 0;
        while (left != 0) {
            int found = old.isEmpty() ? at : Searching.first(text, old, at);
            if (found < 0 || found > text.length()) {
                break;
            }
            budget.read(with.length());
            replaced.append(text, at, found).append(with);
            if (old.isEmpty()) {
                if (found == text.length()) {
                    return Value.of(replaced.toString());
                }
                int next = text.offsetByCodePoints(found, 1);
                replaced.append(text, found, next);
                at = next;
            } else {
                at = found + old.length();
            }
            left--;
        }
        return Value.of(replaced.append(text.substring(at)).toString());
    }

    private static Value split(Value[] args, Budget budget) {
        String text = read(args, budget);
        String by = arg(args);
        int max = args.length > 2 ? number(args[2]) : -1;
        var parts = new ArrayList<Value>();
        if (max == 0) {
            return new Value.Listed(List.of());
        }
        if (by.isEmpty()) {
            return new Value.Listed(characters(text, max));
        }
        int at = 0;
        while (max < 0 || parts.size() < max - 1) {
            int found = Searching.first(text, by, at);
            if (found < 0) {
                break;
            }
            parts.add(Value.of(text.substring(at, found)));
            at = found + by.length();
        }
        parts.add(Value.of(text.substring(at)));
        return new Value.Listed(parts);
    }

    private static List<Value> characters(String text, int max) {
        var parts = new ArrayList<Value>();
        int at = 0;
        while (at < text.length()) {
            boolean last = max > 0 && parts.size() == max - 1;
            int end = last ? text.length() : text.offsetByCodePoints(at, 1);
            parts.add(Value.of(text.substring(at, end)));
            at = end;
        }
        return parts;
    }

    private static Value substring(Value[] args, Budget budget) {
        String text = read(args, budget);
        int length = points(text);
        int start = number(args[1]);
        int end = args.length > 2 ? number(args[2]) : length;
        if (args.length > 2 && start > end) {
            throw new EvalException(
                    "invalid substring range. start: %d, end: %d".formatted(start, end));
        }
        if (start < 0 || start > length) {
            throw outOfRange(start);
        }
        if (end < 0 || end > length) {
            throw outOfRange(end);
        }
        return Value.of(
                text.substring(text.offsetByCodePoints(0, start), text.offsetByCodePoints(0, end)));
    }

    private static String trimmed(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isSpace(text.charAt(start))) {
            start++;
        }
        while (end > start && isSpace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    private static boolean isSpace(char c) {
        return c >= 9 && c <= 13 || c == 0x85 || c == 0xA0 || Character.isSpaceChar(c);
    }
}
