package dev.weft.api.schema;

import java.util.Optional;

/**
 * What to do about fields that are unknown or given twice: the {@code fieldValidation} parameter.
 */
public enum FieldValidation {
    STRICT,
    WARN,
    IGNORE;

    /** The value of the parameter, empty for what a Kubernetes API does without it: warn. */
    public static Optional<FieldValidation> named(String word) {
        return switch (word) {
            case "Strict" -> Optional.of(STRICT);
            case "", "Warn" -> Optional.of(WARN);
            case "Ignore" -> Optional.of(IGNORE);
            default -> Optional.empty();
        };
    }
}
