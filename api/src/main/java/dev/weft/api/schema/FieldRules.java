package dev.weft.api.schema;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonText;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What stands in a built-in type's field where nothing was given, and what must be true of it.
 *
 * @param checks words, each with a meaning in {@link FieldChecks}
 */
record FieldRules(Optional<Json> standard, List<String> checks) {
    static final FieldRules NONE = new FieldRules(Optional.empty(), List.of());

    FieldRules {
        checks = List.copyOf(checks);
    }

    /** A line a field: its name, its default as JSON or a dash, the words, divided by tabs. */
    static Map<String, FieldRules> parse(String lines) {
        var rules = new HashMap<String, FieldRules>();
        lines.lines()
                .filter(line -> line.indexOf('\t') > 0)
                .forEach(
                        line -> {
                            List<String> cells = List.of(line.split("\t"));
                            Optional<Json> standard =
                                    cells.get(1).equals("-")
                                            ? Optional.empty()
                                            : Optional.of(JsonText.read(cells.get(1)));
                            rules.put(
                                    cells.getFirst(),
                                    new FieldRules(standard, cells.subList(2, cells.size())));
                        });
        return rules;
    }
}
