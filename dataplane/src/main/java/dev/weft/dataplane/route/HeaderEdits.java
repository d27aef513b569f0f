package dev.weft.dataplane.route;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Changes to a head: first fields are removed, then set (replacing all of that name), then added.
 * Names in lower case. Fields that frame the message or belong to one connection cannot be named.
 */
public record HeaderEdits(
        Set<String> remove, Map<String, String> set, List<Map.Entry<String, String>> add) {
    private static final HeaderEdits NONE = new HeaderEdits(Set.of(), Map.of(), List.of());
    private static final Set<String> FRAMING =
            Set.of(
                    "host",
                    "content-length",
                    "transfer-encoding",
                    "connection",
                    "upgrade",
                    "te",
                    "trailer",
                    "keep-alive",
                    "proxy-connection",
                    "expect");

    public HeaderEdits {
        remove = Set.copyOf(remove);
        set = Map.copyOf(set);
        add = List.copyOf(add);
        remove.forEach(HeaderEdits::checkName);
        set.forEach(HeaderEdits::check);
        add.forEach(field -> check(field.getKey(), field.getValue()));
    }

    public static HeaderEdits none() {
        return NONE;
    }

    public static HeaderEdits adding(String name, String value) {
        return new HeaderEdits(Set.of(), Map.of(), List.of(Map.entry(name, value)));
    }

    public static HeaderEdits setting(String name, String value) {
        return new HeaderEdits(Set.of(), Map.of(name, value), List.of());
    }

    private static void check(String name, String value) {
        checkName(name);
        if (value.chars().anyMatch(c -> c < ' ' && c != '\t' || c == 127 || c > 255)) {
            throw new IllegalArgumentException(
                    "value of header " + name + " has a character that no header may have");
        }
    }

    private static void checkName(String name) {
        boolean token =
                !name.isEmpty()
                        && name.chars()
                                .allMatch(
                                        c ->
                                                (c >= '0' && c <= '9')
                                                        || (c >= 'a' && c <= 'z')
                                                        || "!#$%&'*+-.^_`|~".indexOf(c) >= 0);
        if (!token || !name.equals(name.toLowerCase(Locale.ROOT)) || FRAMING.contains(name)) {
            throw new IllegalArgumentException(
                    "header: "
                            + name
                            + " (expected: a name in lower case that does not frame the message)");
        }
    }
}
