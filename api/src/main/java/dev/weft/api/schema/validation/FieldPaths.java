package dev.weft.api.schema.validation;

import dev.weft.api.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The path of the field that a rule blames: {@code .spec['my-field'].size}. */
final class FieldPaths {
    private static final Pattern STEP =
            Pattern.compile("\\.([A-Za-z_][A-Za-z0-9_-]*)|\\['((?:[^'\\\\]|\\\\['\\\\])+)'\\]");

    private FieldPaths() {}

    /** The names on the path, nothing where it is no path. */
    private static Optional<List<String>> steps(String path) {
        var steps = new ArrayList<String>();
        Matcher step = STEP.matcher(path);
        int at = 0;
        while (at < path.length()) {
            if (!step.find(at) || step.start() != at) {
                return Optional.empty();
            }
            String plain = step.group(1);
            steps.add(plain == null ? step.group(2).replaceAll("\\\\(.)", "$1") : plain);
            at = step.end();
        }
        return Optional.of(steps);
    }

    static boolean isValid(String path, Schema schema) {
        Schema here = schema;
        for (String name : steps(path).orElse(List.of(""))) {
            Schema property = here.property(name);
            if (property == null && here.values().isPresent()) {
                property = here.values().get();
            }
            if (property == null) {
                return false;
            }
            here = property;
        }
        return true;
    }

    /** The path as it is added to the one of the rule: the keys of maps stand in brackets. */
    static String shown(String path, Schema schema) {
        var shown = new StringBuilder();
        Schema here = schema;
        for (String name : path.isEmpty() ? List.<String>of() : steps(path).orElse(List.of())) {
            Schema property = here.property(name);
            if (property == null) {
                shown.append('[').append(name).append(']');
                here = here.values().orElseGet(Schema::anything);
            } else {
                shown.append('.').append(name);
                here = property;
            }
        }
        return shown.toString();
    }
}
