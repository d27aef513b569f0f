package dev.weft.api.ask;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Reason;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A label selector as people write it: {@code app=web,tier!=front,zone in (a, b),!old}. Immutable;
 * any thread.
 */
final class LabelQuery {
    private static final LabelQuery ALL = new LabelQuery(List.of());
    private static final Pattern NAME =
            Pattern.compile(
                    "([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");
    private static final Pattern VALUE =
            Pattern.compile("([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?");
    private static final Pattern SET = Pattern.compile("(\\S+)\\s+(in|notin)\\s*\\(([^()]*)\\)");
    private static final Pattern COMPARED =
            Pattern.compile("([^=!<>\\s]+)\\s*(==|=|!=|<|>)\\s*(.*)");

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
        var requirements = new ArrayList<Requirement>();
        for (String part : parts(text)) {
            requirements.add(requirement(part.strip(), text));
        }
        return new LabelQuery(requirements);
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

    /** The parts between those commas that stand outside of parentheses. */
    private static List<String> parts(String text) {
        var parts = new ArrayList<String>();
        int depth = 0;
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '(') {
                depth++;
            } else if (c == ')') {
                depth--;
            } else if (c == ',' && depth == 0) {
                parts.add(text.substring(from, i));
                from = i + 1;
            }
        }
        parts.add(text.substring(from));
        return parts;
    }

    private static Requirement requirement(String part, String whole) {
        Matcher set = SET.matcher(part);
        if (set.matches()) {
            Set<String> values = new LinkedHashSet<>();
            for (String value : set.group(3).split(",", -1)) {
                values.add(value(value.strip(), whole));
            }
            Operator operator = set.group(2).equals("in") ? Operator.IN : Operator.NOT_IN;
            return new Requirement(label(set.group(1), whole), operator, values);
        }
        Matcher compared = COMPARED.matcher(part);
        if (compared.matches()) {
            return compared(compared, whole);
        }
        return part.startsWith("!")
                ? new Requirement(
                        label(part.substring(1).strip(), whole), Operator.ABSENT, Set.of())
                : new Requirement(label(part, whole), Operator.EXISTS, Set.of());
    }

    private static Requirement compared(Matcher parts, String whole) {
        String label = label(parts.group(1), whole);
        Set<String> value = Set.of(value(parts.group(3).strip(), whole));
        return switch (parts.group(2)) {
            case "!=" -> new Requirement(label, Operator.NOT_IN, value);
            case ">" -> number(new Requirement(label, Operator.GREATER, value), whole);
            case "<" -> number(new Requirement(label, Operator.LESS, value), whole);
            default -> new Requirement(label, Operator.IN, value);
        };
    }

    private static Requirement number(Requirement requirement, String whole) {
        try {
            Long.parseLong(requirement.values().iterator().next());
            return requirement;
        } catch (NumberFormatException e) {
            throw wrong("for 'Gt', 'Lt' operators, the value must be an integer", whole);
        }
    }

    private static String label(String name, String whole) {
        if (!NAME.matcher(name).matches()) {
            throw wrong("\"" + name + "\" is no label", whole);
        }
        return name;
    }

    private static String value(String value, String whole) {
        if (!VALUE.matcher(value).matches()) {
            throw wrong("\"" + value + "\" is no value of a label", whole);
        }
        return value;
    }

    private static ApiException wrong(String what, String whole) {
        return new ApiException(
                Reason.BAD_REQUEST,
                "unable to parse requirement: "
                        + what
                        + ", in the label selector \""
                        + whole
                        + "\"");
    }
}
