package dev.weft.api.kind;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.schema.Admitted;
import dev.weft.api.schema.FieldValidation;
import java.util.List;

/**
 * The door through which every object comes in: it is read as its kind, unknown fields are found,
 * defaults put in, and its values checked. Pure; any thread. Metadata that the server itself owns
 * (uid, resourceVersion, creationTimestamp …) is the caller's to set.
 */
public final class Admission {
    private Admission() {}

    /**
     * @param tree the object at the given version
     * @param duplicates the paths that the text gave twice
     */
    public static Admitted onCreate(
            Kinds.Found kind, JsonObject tree, List<String> duplicates, FieldValidation mode) {
        return new Admitted(tree, "", List.of(), List.of());
    }

    /**
     * @param current the object as it stands, at the same version, which some rules compare with
     */
    public static Admitted onUpdate(
            Kinds.Found kind,
            JsonObject current,
            JsonObject tree,
            List<String> duplicates,
            FieldValidation mode) {
        return new Admitted(tree, "", List.of(), List.of());
    }

    /** The object as it stands with another status; only the status is checked. */
    public static Admitted onStatus(
            Kinds.Found kind,
            JsonObject current,
            JsonObject tree,
            List<String> duplicates,
            FieldValidation mode) {
        return new Admitted(tree, "", List.of(), List.of());
    }
}
