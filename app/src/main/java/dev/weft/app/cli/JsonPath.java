package dev.weft.app.cli;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A template as {@code -o jsonpath=} takes it: text with expressions in braces. Knows fields,
 * {@code [n]}, {@code [*]}, {@code ..field}, {@code [?(@.field=="value")]}, quoted texts, and
 * {@code {range}}…{@code {end}}. Immutable.
 */
final class JsonPath {
    private final List<Part> parts;

    /** What a template is made of. */
    private sealed interface Part {}

    private record Text(String text) implements Part {}

    private record Path(List<Step> steps) implements Part {}

    private record Range(Path over, List<Part> inside) implements Part {}

    /** One step from a value to those below it. */
    private sealed interface Step {}

    private record Field(String name) implements Step {}

    private record Anywhere(String name) implements Step {}

    private record Index(int at) implements Step {}

    private record All() implements Step {}

    private record Filter(List<Step> path, String operator, String value) implements Step {}

    private JsonPath(List<Part> parts) {
        this.parts = List.copyOf(parts);
    }

    static JsonPath parse(String template) {
        return new JsonPath(new Parser(template).parts(false));
    }

    String render(Json root) {
        var out = new StringBuilder();
        render(parts, root, out);
        return out.toString();
    }

    private static void render(List<Part> parts, Json here, StringBuilder out) {
        for (Part part : parts) {
            switch (part) {
                case Text it -> out.append(it.text());
                case Path it -> {
                    List<String> texts = new ArrayList<>();
                    values(it.steps(), here).forEach(value -> texts.add(shown(value)));
                    out.append(String.join(" ", texts));
                }
                case Range it -> {
                    for (Json value : values(it.over().steps(), here)) {
                        render(it.inside(), value, out);
                    }
                }
            }
        }
    }

    private static String shown(Json value) {
        return value.text().orElseGet(value::toString);
    }

    private static List<Json> values(List<Step> steps, Json from) {
        List<Json> here = List.of(from);
        for (Step step : steps) {
            var next = new ArrayList<Json>();
            here.forEach(value -> next.addAll(below(step, value)));
            here = next;
        }
        return here;
    }

    private static List<Json> below(Step step, Json value) {
        return switch (step) {
            case Field it -> value.object().flatMap(o -> o.field(it.name())).stream().toList();
            case Anywhere it -> anywhere(it.name(), value);
            case Index it -> {
                List<Json> items = value.array().map(JsonArray::items).orElse(List.of());
                int at = it.at() < 0 ? items.size() + it.at() : it.at();
                yield at >= 0 && at < items.size() ? List.of(items.get(at)) : List.of();
            }
            case All it -> children(value);
            case Filter it -> children(value).stream().filter(child -> passes(it, child)).toList();
        };
    }

    private static List<Json> children(Json value) {
        var children = new ArrayList<Json>();
        value.array().ifPresent(array -> children.addAll(array.items()));
        value.object().ifPresent(object -> object.forEach((name, child) -> children.add(child)));
        return children;
    }

    private static List<Json> anywhere(String name, Json value) {
        var found = new ArrayList<Json>();
        value.object().flatMap(object -> object.field(name)).ifPresent(found::add);
        children(value).forEach(child -> found.addAll(anywhere(name, child)));
        return found;
    }

    private static boolean passes(Filter filter, Json value) {
        List<Json> found = values(filter.path(), value);
        if (filter.operator().isEmpty()) {
            return !found.isEmpty();
        }
        return found.stream()
                .map(JsonPath::shown)
                .anyMatch(text -> holds(text, filter.operator(), filter.value()));
    }

    private static boolean holds(String left, String operator, String right) {
        return switch (operator) {
            case "==" -> left.equals(right);
            case "!=" -> !left.equals(right);
            default -> {
                int order = Double.compare(number(left), number(right));
                yield switch (operator) {
                    case "<" -> order < 0;
                    case "<=" -> order <= 0;
                    case ">" -> order > 0;
                    default -> order >= 0;
                };
            }
        };
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    /** Reads a template once, from left to right. */
    private static final class Parser {
        private final String template;
        private int at;

        Parser(String template) {
            this.template = template;
        }

        List<Part> parts(boolean inRange) {
            var parts = new ArrayList<Part>();
            while (at < template.length()) {
                if (template.charAt(at) != '{') {
                    parts.add(new Text(until('{')));
                    continue;
                }
                at++;
                String inside = until('}').strip();
                expect('}');
                if (inside.equals("end")) {
                    if (!inRange) {
                        throw wrong("{end} without {range}");
                    }
                    return parts;
                }
                if (inside.startsWith("range ")) {
                    Path over = path(inside.substring("range ".length()).strip());
                    parts.add(new Range(over, parts(true)));
                } else if (inside.startsWith("\"") || inside.startsWith("'")) {
                    parts.add(new Text(unquoted(inside)));
                } else {
                    parts.add(path(inside));
                }
            }
            if (inRange) {
                throw wrong("{range} without {end}");
            }
            return parts;
        }

        /** Up to that character, which may also stand within quotes. */
        private String until(char stop) {
            int from = at;
            char quote = 0;
            while (at < template.length()) {
                char c = template.charAt(at);
                if (quote != 0) {
                    quote = c == quote ? 0 : quote;
                } else if (stop == '}' && (c == '"' || c == '\'')) {
                    quote = c;
                } else if (c == stop) {
                    break;
                }
                at++;
            }
            return template.substring(from, at);
        }

        private void expect(char c) {
            if (at >= template.length() || template.charAt(at) != c) {
                throw wrong("'" + c + "' is missing");
            }
            at++;
        }

        private static String unquoted(String quoted) {
            return quoted.substring(1, Math.max(1, quoted.length() - 1))
                    .replace("\\n", "\n")
                    .replace("\\t", "\t");
        }

        private Path path(String text) {
            return new Path(
                    steps(text.startsWith("$") || text.startsWith("@") ? text.substring(1) : text));
        }

        private List<Step> steps(String text) {
            var steps = new ArrayList<Step>();
            int i = 0;
            while (i < text.length()) {
                if (text.startsWith("..", i)) {
                    int end = nameEnd(text, i + 2);
                    steps.add(new Anywhere(text.substring(i + 2, end)));
                    i = end;
                } else if (text.charAt(i) == '[') {
                    int end = closing(text, i);
                    steps.add(bracket(text.substring(i + 1, end).strip()));
                    i = end + 1;
                } else {
                    int from = text.charAt(i) == '.' ? i + 1 : i;
                    int end = nameEnd(text, from);
                    if (end > from) {
                        String name = text.substring(from, end).replace("\\.", ".");
                        steps.add(name.equals("*") ? new All() : new Field(name));
                    }
                    i = Math.max(end, i + 1);
                }
            }
            return steps;
        }

        private static int nameEnd(String text, int from) {
            int end = from;
            while (end < text.length() && text.charAt(end) != '.' && text.charAt(end) != '[') {
                end += text.charAt(end) == '\\' ? 2 : 1;
            }
            return Math.min(end, text.length());
        }

        private int closing(String text, int open) {
            int depth = 0;
            for (int i = open; i < text.length(); i++) {
                depth += text.charAt(i) == '[' ? 1 : text.charAt(i) == ']' ? -1 : 0;
                if (depth == 0) {
                    return i;
                }
            }
            throw wrong("']' is missing");
        }

        private Step bracket(String inside) {
            if (inside.equals("*")) {
                return new All();
            }
            if (inside.startsWith("?(") && inside.endsWith(")")) {
                return filter(inside.substring(2, inside.length() - 1).strip());
            }
            if (inside.startsWith("'") || inside.startsWith("\"")) {
                return new Field(unquoted(inside));
            }
            try {
                return new Index(Integer.parseInt(inside));
            } catch (NumberFormatException e) {
                throw wrong("[" + inside + "] is not known");
            }
        }

        private Filter filter(String inside) {
            for (String operator : List.of("==", "!=", "<=", ">=", "<", ">")) {
                int where = inside.indexOf(operator);
                if (where > 0) {
                    String right = inside.substring(where + operator.length()).strip();
                    boolean quoted = right.startsWith("\"") || right.startsWith("'");
                    return new Filter(
                            path(inside.substring(0, where).strip()).steps(),
                            operator,
                            quoted ? unquoted(right) : right);
                }
            }
            return new Filter(path(Objects.requireNonNull(inside)).steps(), "", "");
        }

        private Failure wrong(String what) {
            return Failure.usage(
                    "the jsonpath cannot be understood: " + what,
                    "seen: " + template + " (expected: such as {.items[*].metadata.name})",
                    "");
        }
    }
}
