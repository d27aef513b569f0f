package dev.weft.api.schema;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonBoolean;
import dev.weft.api.codec.JsonNumber;
import dev.weft.api.codec.JsonString;
import dev.weft.api.codec.JsonText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** Collects what is wrong, in the words that a kubectl user knows. Belongs to one thread. */
public final class Causes {
    private final List<Cause> causes = new ArrayList<>();

    public List<Cause> all() {
        return causes;
    }

    public boolean isEmpty() {
        return causes.isEmpty();
    }

    public void add(Cause cause) {
        causes.add(cause);
    }

    public void required(String field, String detail) {
        add(new Cause(Cause.REQUIRED, joined("Required value", detail), field));
    }

    public void invalid(String field, Json value, String detail) {
        add(new Cause(Cause.INVALID, joined("Invalid value: " + shown(value), detail), field));
    }

    public void wrongType(String field, Json value, String detail) {
        add(new Cause(Cause.TYPE_INVALID, joined("Invalid value: " + shown(value), detail), field));
    }

    public void duplicate(String field, Json value) {
        add(new Cause(Cause.DUPLICATE, "Duplicate value: " + shown(value), field));
    }

    public void notFound(String field, Json value) {
        add(new Cause(Cause.NOT_FOUND, "Not found: " + shown(value), field));
    }

    public void forbidden(String field, String detail) {
        add(new Cause(Cause.FORBIDDEN, joined("Forbidden", detail), field));
    }

    public void tooLong(String field, String detail) {
        add(new Cause(Cause.TOO_LONG, joined("Too long", detail), field));
    }

    public void tooMany(String field, long actual, long max) {
        String items = max == 1 ? " item" : " items";
        add(
                new Cause(
                        Cause.TOO_MANY,
                        "Too many: " + actual + ": must have at most " + max + items,
                        field));
    }

    public void unsupported(String field, Json value, Collection<String> supported) {
        String words = supported.stream().map(Causes::quoted).collect(Collectors.joining(", "));
        add(
                new Cause(
                        Cause.NOT_SUPPORTED,
                        "Unsupported value: " + shown(value) + ": supported values: " + words,
                        field));
    }

    /** A value as it is shown in a message: texts in quotes, objects as JSON. */
    public static String shown(Json value) {
        return switch (value) {
            case JsonString text -> quoted(text.value());
            case JsonNumber number -> JsonText.write(number);
            case JsonBoolean flag -> JsonText.write(flag);
            default -> JsonText.write(value);
        };
    }

    public static String quoted(String text) {
        return JsonText.write(new JsonString(text));
    }

    private static String joined(String what, String detail) {
        return detail.isEmpty() ? what : what + ": " + detail;
    }
}
