package dev.weft.api.kind;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.schema.Admitted;
import dev.weft.api.schema.BuiltInAdmission;
import dev.weft.api.schema.Causes;
import dev.weft.api.schema.FieldValidation;
import dev.weft.api.schema.Formats;
import dev.weft.api.schema.MetadataRules;
import dev.weft.api.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The door through which every object comes in: it is read as its kind, unknown fields are found,
 * defaults put in, and its values checked. Pure; any thread. Metadata that the server itself owns
 * (uid, resourceVersion, creationTimestamp …) is the caller's to set.
 */
public final class Admission {
    private Admission() {}

    /**
     * @param tree the object at the given version; its name, or the one made of generateName, is
     *     set already
     * @param duplicates the paths that the text gave twice
     */
    public static Admitted onCreate(
            Kinds.Found kind, JsonObject tree, List<String> duplicates, FieldValidation mode) {
        Admitted read = read(kind, tree, duplicates, mode);
        if (!read.isClean()) {
            return read;
        }
        var causes = new Causes();
        metadata(kind, read.tree(), causes);
        check(kind, read.tree(), causes);
        return new Admitted(read.tree(), "", read.warnings(), causes.all());
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
        Admitted read = read(kind, tree, duplicates, mode);
        if (!read.isClean()) {
            return read;
        }
        var causes = new Causes();
        metadata(kind, read.tree(), causes);
        JsonObject whole = read.tree();
        if (!kind.kind().isCustom()) {
            Schema schema = kind.version().schema();
            whole = BuiltInAdmission.carried(current, whole, schema);
            check(kind, whole, causes);
            BuiltInAdmission.checkChange(current, whole, schema).forEach(causes::add);
        } else {
            check(kind, whole, causes);
        }
        return new Admitted(whole, "", read.warnings(), causes.all());
    }

    /** The object as it stands with another status; only the status is read and checked. */
    public static Admitted onStatus(
            Kinds.Found kind,
            JsonObject current,
            JsonObject tree,
            List<String> duplicates,
            FieldValidation mode) {
        return read(kind, tree, duplicates, mode);
    }

    private static Admitted read(
            Kinds.Found kind, JsonObject tree, List<String> duplicates, FieldValidation mode) {
        BuiltInAdmission.Read read = BuiltInAdmission.read(tree, kind.version().schema());
        if (!read.error().isEmpty()) {
            return refused(kind, read.tree(), read.error());
        }
        var notes = new ArrayList<String>();
        duplicates.forEach(path -> notes.add("duplicate field \"" + path + "\""));
        read.unknown().forEach(path -> notes.add("unknown field \"" + path + "\""));
        return switch (mode) {
            case STRICT ->
                    notes.isEmpty()
                            ? new Admitted(read.tree(), "", List.of(), List.of())
                            : refused(
                                    kind,
                                    read.tree(),
                                    "strict decoding error: " + String.join(", ", notes));
            case WARN -> new Admitted(read.tree(), "", notes, List.of());
            case IGNORE -> new Admitted(read.tree(), "", List.of(), List.of());
        };
    }

    private static Admitted refused(Kinds.Found kind, JsonObject tree, String why) {
        String name = kind.kind().kind();
        String message =
                "%s in version \"%s\" cannot be handled as a %s: %s"
                        .formatted(name, kind.version().name(), name, why);
        return new Admitted(tree, message, List.of(), List.of());
    }

    private static void metadata(Kinds.Found kind, JsonObject tree, Causes causes) {
        MetadataRules.check(
                tree.object("metadata"),
                "metadata",
                kind.kind().namespaced(),
                nameForm(kind.kind()),
                causes);
    }

    private static Function<String, List<String>> nameForm(Kind kind) {
        return switch (kind.groupResource()) {
            case "namespaces" -> Formats::label;
            case "services" -> Formats::label1035;
            default -> Formats::subdomain;
        };
    }

    private static void check(Kinds.Found kind, JsonObject tree, Causes causes) {
        BuiltInAdmission.check(tree, kind.version().schema()).forEach(causes::add);
    }
}
