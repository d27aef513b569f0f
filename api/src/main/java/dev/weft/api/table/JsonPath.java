package dev.weft.api.table;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonNull;
import dev.weft.api.codec.JsonNumber;
import dev.weft.api.codec.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * The paths that columns are written in: {@code .spec.ports[0].port}, {@code
 * .status.conditions[?(@.type=="Ready")].status}, {@code .metadata.labels['a.b/c']}, {@code
 * .items[*].name}. Immutable; any thread.
 */
final class JsonPath {
    private static final int KNOWN_MAX = 10_000;
    private static final Map<String, JsonPath> KNOWN = new ConcurrentHashMap<>();

    private final List<Step> steps;

    private JsonPath(List<Step> steps) {
        this.steps = steps;
    }

    /** One step: from some values to those within them. */
    private sealed interface Step {
        void from(Json value, List<Json> found);
    }

    private record Field(String name) implements Step {
        @Override
        public void from(Json value, List<Json> found) {
            value.object().flatMap(it -> it.field(name)).ifPresent(found::add);
        }
    }

    private record Index(int index) implements Step {
        @Override
        public void from(Json value, List<Json> found) {
            JsonArray array = value.array().orElse(JsonArray.empty());
            int at = index < 0 ? array.size() + index : index;
            if (at >= 0 && at < array.size()) {
                found.add(array.item(at));
            }
        }
    }

    private record Slice(int from, int to) implements Step {
        @Override
        public void from(Json value, List<Json> found) {
            JsonArray array = value.array().orElse(JsonArray.empty());
            int first = Math.max(0, from < 0 ? array.size() + from : from);
            int last = Math.min(array.size(), to < 0 ? array.size() + to : to);
            for (int i = first; i < last; i++) {
                found.add(array.item(i));
            }
        }
    }

    private record All() implements Step {
        @Override
        public void from(Json value, List<Json> found) {
            value.array().ifPresent(array -> found.addAll(array.items()));
            value.object().ifPresent(object -> object.forEach((name, field) -> found.add(field)));
        }
    }

    private record Filter(Predicate<Json> test) implements Step {
        @Override
        public void from(Json value, List<Json> found) {
            value.array().orElse(JsonArray.empty()).stream().filter(test).forEach(found::add);
        }
    }

    /** The values at a path; none where the path cannot be read. */
    public static List<Json> find(String path, JsonObject object) {
        if (KNOWN.size() > KNOWN_MAX) {
            KNOWN.clear();
        }
        return KNOWN.computeIfAbsent(path, JsonPath::parse).find(object);
    }

    static Optional<Json> first(String path, JsonObject object) {
        return find(path, object).stream().findFirst().filter(it -> it != JsonNull.NULL);
    }

    private List<Json> find(Json root) {
        List<Json> here = List.of(root);
        for (Step step : steps) {
            var next = new ArrayList<Json>();
            for (Json value : here) {
                step.from(value, next);
            }
            here = next;
        }
        return here;
    }

    private static JsonPath parse(String text) {
        String path = text.strip();
        if (path.startsWith("{") && path.endsWith("}")) {
            path = path.substring(1, path.length() - 1);
        }
        if (path.startsWith("$") || path.startsWith("@")) {
            path = path.substring(1);
        }
        var steps = new ArrayList<Step>();
        int at = 0;
        while (at < path.length()) {
            int end = path.charAt(at) == '[' ? closing(path, at) : endOfName(path, at + 1);
            if (end < 0) {
                return new JsonPath(List.of(new Filter(nothing -> false)));
            }
            if (path.charAt(at) == '[') {
                steps.add(bracket(path.substring(at + 1, end).strip()));
                at = end + 1;
            } else {
                int from = path.charAt(at) == '.' ? at + 1 : at;
                String name = path.substring(from, end);
                if (!name.isEmpty()) {
                    steps.add(name.equals("*") ? new All() : new Field(name.replace("\\.", ".")));
                }
                at = end;
            }
        }
        return new JsonPath(steps);
    }

    private static int endOfName(String path, int from) {
        int at = from;
        while (at < path.length()) {
            char c = path.charAt(at);
            if (c == '\\') {
                at++;
            } else if (c == '.' || c == '[') {
                break;
            }
            at++;
        }
        return Math.min(at, path.length());
    }

    /** The bracket that closes the one at a place; quotes and inner brackets are passed over. */
    private static int closing(String path, int from) {
        int depth = 0;
        char quote = 0;
        for (int at = from; at < path.length(); at++) {
            char c = path.charAt(at);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if (c == '[') {
                depth++;
            } else if (c == ']' && --depth == 0) {
                return at;
            }
        }
        return -1;
    }

    private static Step bracket(String inside) {
        if (inside.equals("*")) {
            return new All();
        }
        if (inside.startsWith("?(") && inside.endsWith(")")) {
            return new Filter(filter(inside.substring(2, inside.length() - 1)));
        }
        if (inside.matches("-?\\d{1,9}")) {
            return new Index(Integer.parseInt(inside));
        }
        if (inside.matches("-?\\d{0,9}:-?\\d{0,9}")) {
            String[] ends = inside.split(":", -1);
            return new Slice(
                    ends[0].isEmpty() || ends[0].equals("-") ? 0 : Integer.parseInt(ends[0]),
                    ends[1].isEmpty() || ends[1].equals("-")
                            ? Integer.MAX_VALUE
                            : Integer.parseInt(ends[1]));
        }
        return new Field(unquoted(inside));
    }

    private static Predicate<Json> filter(String text) {
        for (String operator : List.of("==", "!=", "<=", ">=", "<", ">")) {
            int at = operatorAt(text, operator);
            if (at > 0) {
                JsonPath left = parse(text.substring(0, at).strip());
                String right = text.substring(at + operator.length()).strip();
                return item ->
                        left.find(item).stream().anyMatch(it -> compares(it, operator, right));
            }
        }
        JsonPath path = parse(text.strip());
        return item -> !path.find(item).isEmpty();
    }

    private static int operatorAt(String text, String operator) {
        char quote = 0;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if (text.startsWith(operator, at)) {
                return at;
            }
        }
        return -1;
    }

    private static boolean compares(Json value, String operator, String wanted) {
        String seen = value.text().orElseGet(value::toString);
        String text = unquoted(wanted);
        int order = seen.compareTo(text);
        if (value instanceof JsonNumber number && wanted.matches("-?\\d{1,18}(\\.\\d{1,18})?")) {
            order = number.asDecimal().compareTo(new java.math.BigDecimal(wanted));
        }
        return switch (operator) {
            case "==" -> order == 0;
            case "!=" -> order != 0;
            case "<=" -> order <= 0;
            case ">=" -> order >= 0;
            case "<" -> order < 0;
            default -> order > 0;
        };
    }

    private static String unquoted(String text) {
        boolean quoted =
                text.length() >= 2
                        && (text.startsWith("'") && text.endsWith("'")
                                || text.startsWith("\"") && text.endsWith("\""));
        return quoted ? text.substring(1, text.length() - 1) : text;
    }
}
