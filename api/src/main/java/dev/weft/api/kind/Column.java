package dev.weft.api.kind;

/**
 * A column of the table that people are shown.
 *
 * @param type string, integer, number, boolean or date
 * @param format of the type, empty for none; {@code name} marks the object's name
 * @param priority 0 for always, above for {@code -o wide}
 * @param path the JSONPath of the value, empty where the table computes it
 */
public record Column(
        String name, String type, String format, String description, int priority, String path) {}
