package dev.weft.api.ask;

import dev.weft.api.ask.LabelText.Sort;
import dev.weft.api.ask.LabelText.Word;
import dev.weft.api.client.ApiException;
import dev.weft.api.schema.Formats;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A label selector as people write it: {@code app=web,tier!=front,zone in (a, b),!old}. Immutable;
 * any thread.
 */
final class LabelQuery {
    private static final LabelQuery ALL = new LabelQuery(List.of());

    private final List<Requirement> requirements;

    private LabelQuery(List<Requirement> requirements) {
        this.requirements = List.copyOf(requirements);
    }

    private enum Operator {
        IN,
        NOT_IN,
        EXISTS,
        ABSENT,
        GREATER,
        LESS
    }

    private record Requirement(String label, Operator operator, Set<String> values) {
        boolean holds(Map<String, String> labels) {
            String value = labels.get(label);
            return switch (operator) {
                case IN -> value != null && values.contains(value);
                case NOT_IN -> value == null || !values.contains(value);
                case EXISTS -> value != null;
                case ABSENT -> value == null;
                case GREATER -> value != null && compare(value) > 0;
                case LESS -> value != null && compare(value) < 0;
            };
        }

        /** How a label compares with the one value; equal where either is no number. */
        private int compare(String value) {
            try {
                return Long.compare(
                        Long.parseLong(value), Long.parseLong(values.iterator().next()));
            } catch (NumberFormatException e) {
                return 0;
            }
        }
    }

    /**
     * @throws ApiException with {@code BadRequest} where it is no selector
     */
    public static LabelQuery parse(String text) {
        if (text.isBlank()) {
            return ALL;
        }
        var words = new LabelText(text);
        var requirements = new ArrayList<Requirement>();
        while (true) {
            Word first = words.look(true);
            if (first.sort() == Sort.END) {
                return new LabelQuery(requirements);
            }
            if (first.sort() != Sort.NAME && !isNot(first)) {
                throw LabelText.unexpected(
                        first, ", expected: !, identifier, or 'end of string'", false);
            }
            requirements.add(requirement(words));
            Word next = words.take(true);
            if (next.sort() == Sort.END) {
                return new LabelQuery(requirements);
            }
            if (next.sort() != Sort.COMMA) {
                throw LabelText.unexpected(next, ", expected: ',' or 'end of string'", false);
            }
            Word after = words.look(true);
            if (after.sort() != Sort.NAME && !isNot(after)) {
                throw LabelText.unexpected(after, ", expected: identifier after ','", false);
            }
        }
    }

    public boolean matches(Map<String, String> labels) {
        for (Requirement requirement : requirements) {
            if (!requirement.holds(labels)) {
                return false;
            }
        }
        return true;
    }

    public boolean isEmpty() {
        return requirements.isEmpty();
    }

    private static boolean isNot(Word word) {
        return word.sort() == Sort.OPERATOR && word.text().equals("!");
    }

    private static Requirement requirement(LabelText words) {
        Word name = words.take(true);
        boolean absent = isNot(name);
        if (absent) {
            name = words.take(true);
        }
        if (name.sort() != Sort.NAME) {
            throw LabelText.unexpected(name, ", expected: identifier", true);
        }
        String label = label(name.text());
        Word next = words.look(true);
        if (absent) {
            return new Requirement(label, Operator.ABSENT, Set.of());
        }
        if (next.sort() == Sort.END || next.sort() == Sort.COMMA) {
            return new Requirement(label, Operator.EXISTS, Set.of());
        }
        Word sign = words.take(false);
        Operator operator =
                switch (sign.text()) {
                    case "in", "=", "==" -> Operator.IN;
                    case "notin", "!=" -> Operator.NOT_IN;
                    case ">" -> Operator.GREATER;
                    case "<" -> Operator.LESS;
                    default ->
                            throw LabelText.unexpected(
                                    sign, ", expected: in, notin, =, ==, !=, gt, lt", true);
                };
        boolean several = sign.text().equals("in") || sign.text().equals("notin");
        Set<String> values = several ? set(words) : Set.of(value(words));
        if (operator == Operator.GREATER || operator == Operator.LESS) {
            number(values.iterator().next());
        }
        check(label, values);
        return new Requirement(label, operator, values);
    }

    /** What stands in parentheses; between two commas stands the empty value. */
    private static Set<String> set(LabelText words) {
        Word open = words.take(true);
        if (open.sort() != Sort.OPEN) {
            throw LabelText.unexpected(open, " expected: '('", true);
        }
        var values = new TreeSet<String>();
        boolean wanted = true;
        String expected = ", expected: ',', ')' or identifier";
        while (true) {
            Word word = words.take(true);
            boolean ends = word.sort() == Sort.COMMA || word.sort() == Sort.CLOSE;
            if (!ends && !(wanted && word.sort() == Sort.NAME)) {
                throw LabelText.unexpected(word, expected, true);
            }
            if (wanted) {
                values.add(ends ? "" : word.text());
            }
            if (word.sort() == Sort.CLOSE) {
                return values;
            }
            wanted = ends;
            expected = wanted ? ", expected: ',', or identifier" : ", expected: ',' or ')'";
        }
    }

    private static String value(LabelText words) {
        Word next = words.look(true);
        if (next.sort() == Sort.END || next.sort() == Sort.COMMA) {
            return "";
        }
        Word value = words.take(true);
        if (value.sort() != Sort.NAME) {
            throw LabelText.unexpected(value, ", expected: identifier", true);
        }
        return value.text();
    }

    private static void number(String value) {
        try {
            Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw LabelText.invalid(
                    "values[0]",
                    value,
                    List.of("for 'Gt', 'Lt' operators, the value must be an integer"));
        }
    }

    private static String label(String name) {
        List<String> wrong = Formats.qualified(name);
        if (!wrong.isEmpty()) {
            // So the reference shows that it has no place to tell.
            throw LabelText.invalid("<nil>", name, wrong);
        }
        return name;
    }

    private static void check(String label, Set<String> values) {
        int index = 0;
        for (String value : values) {
            List<String> wrong = Formats.labelValue(value);
            if (!wrong.isEmpty()) {
                throw LabelText.invalid("values[" + index + "][" + label + "]", value, wrong);
            }
            index++;
        }
    }
}
