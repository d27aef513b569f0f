package dev.weft.api.ask;

import dev.weft.api.access.Identity;
import dev.weft.api.schema.FieldValidation;
import java.util.List;

/**
 * On what terms something is written.
 *
 * @param dryRun go through everything and keep nothing
 * @param duplicates the paths that the body's text gave twice
 * @param warnings collects what the answer is to say besides
 */
public record Terms(
        Identity who,
        boolean dryRun,
        FieldValidation validation,
        List<String> duplicates,
        Warnings warnings) {
    public Terms {
        duplicates = List.copyOf(duplicates);
    }

    public static Terms of(Identity who) {
        return new Terms(who, false, FieldValidation.WARN, List.of(), new Warnings());
    }

    /** The same, but nothing is kept. */
    public Terms dry() {
        return new Terms(who, true, validation, duplicates, warnings);
    }
}
