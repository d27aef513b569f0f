package dev.weft.api.ask;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Reason;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonBoolean;
import dev.weft.api.codec.JsonNumber;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonString;
import java.util.ArrayList;
import java.util.List;

/**
 * A field selector as people write it: {@code metadata.name=web,status.phase!=Running}. Immutable;
 * any thread.
 */
final class FieldQuery {
    private static final FieldQuery ALL = new FieldQuery(List.of());

    private final List<Requirement> requirements;

    private FieldQuery(List<Requirement> requirements) {
        this.requirements = List.copyOf(requirements);
    }

    private record Requirement(List<String> path, boolean equal, String value) {
        boolean holds(JsonObject tree) {
            return text(tree, path).equals(value) == equal;
        }
    }

    /**
     * @throws ApiException with {@code BadRequest} where it is no selector, or names a field by
     *     which objects of the kind cannot be selected
     */
    public static FieldQuery parse(String text, Target target) {
        if (text.isBlank()) {
            return ALL;
        }
        var requirements = new ArrayList<Requirement>();
        for (String part : parts(text)) {
            if (!part.isEmpty()) {
                requirements.add(requirement(part, target));
            }
        }
        return new FieldQuery(requirements);
    }

    public boolean matches(JsonObject tree) {
        for (Requirement requirement : requirements) {
            if (!requirement.holds(tree)) {
                return false;
            }
        }
        return true;
    }

    public boolean isEmpty() {
        return requirements.isEmpty();
    }

    /** The parts between commas; a backslash takes away a comma's meaning. */
    private static List<String> parts(String text) {
        var parts = new ArrayList<String>();
        var part = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                part.append(c).append(text.charAt(i + 1));
                i++;
            } else if (c == ',') {
                parts.add(part.toString());
                part.setLength(0);
            } else {
                part.append(c);
            }
        }
        parts.add(part.toString());
        return parts;
    }

    private static Requirement requirement(String part, Target target) {
        int at = part.indexOf('=');
        if (at <= 0) {
            throw new ApiException(
                    Reason.BAD_REQUEST,
                    "invalid selector: '" + part + "'; can't understand '" + part + "'");
        }
        boolean equal = part.charAt(at - 1) != '!';
        String field = part.substring(0, equal ? at : at - 1).strip();
        int from = at + 1 < part.length() && part.charAt(at + 1) == '=' ? at + 2 : at + 1;
        String value = part.substring(from).replaceAll("\\\\([\\\\,=])", "$1");
        if (!isSelectable(field, target)) {
            throw new ApiException(Reason.BAD_REQUEST, "field label not supported: " + field);
        }
        return new Requirement(path(field), equal, value);
    }

    private static boolean isSelectable(String field, Target target) {
        return field.equals("metadata.name")
                || field.equals("metadata.namespace") && target.kind().namespaced()
                || target.version().surface().selectable().stream()
                        .anyMatch(it -> it.equals(field) || it.equals("." + field));
    }

    private static List<String> path(String field) {
        if (field.equals("source")) {
            // An event's source is selected by the component alone.
            return List.of("source", "component");
        }
        return List.of((field.startsWith(".") ? field.substring(1) : field).split("\\."));
    }

    private static String text(JsonObject tree, List<String> path) {
        Json value = tree.at(path.toArray(String[]::new)).orElse(new JsonString(""));
        return switch (value) {
            case JsonString text -> text.value();
            case JsonNumber number -> number.toString();
            case JsonBoolean flag -> Boolean.toString(flag.value());
            case JsonObject other -> "";
            case dev.weft.api.codec.JsonArray other -> "";
            case dev.weft.api.codec.JsonNull other -> "";
        };
    }
}
