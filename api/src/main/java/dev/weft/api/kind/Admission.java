package dev.weft.api.kind;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.schema.Admitted;
import dev.weft.api.schema.BuiltInAdmission;
import dev.weft.api.schema.Causes;
import dev.weft.api.schema.FieldValidation;
import dev.weft.api.schema.Formats;
import dev.weft.api.schema.MetadataRules;
import dev.weft.api.schema.Schema;
import dev.weft.api.schema.custom.CustomAdmission;
import dev.weft.api.schema.custom.DefinitionRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The door through which every object comes in: it is read as its kind, unknown fields are found,
 * defaults put in, and its values checked. Pure; any thread. Metadata that the server itself owns
 * (uid, resourceVersion, creationTimestamp …) is the caller's to set.
 */
public final class Admission {
    /** Those that Kubernetes itself defines, without a domain. */
    private static final Set<String> OWN_FINALIZERS =
            Set.of("foregroundDeletion", "kubernetes", "orphan");

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
        List<String> warnings = check(kind, read.tree(), Optional.empty(), causes);
        return new Admitted(read.tree(), "", joined(read.warnings(), warnings), causes.all());
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
        JsonObject carried =
                kind.kind().isCustom()
                        ? read.tree()
                        : BuiltInAdmission.carried(current, read.tree(), kind.version().schema());
        // what did not change stays the object that it was: it is held once, and looked at once
        JsonObject whole = carried.sharing(current);
        List<String> warnings = check(kind, whole, Optional.of(current), causes);
        return new Admitted(whole, "", joined(read.warnings(), warnings), causes.all());
    }

    /** The object as it stands with another status; only the status is read and checked. */
    public static Admitted onStatus(
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
        JsonObject whole = read.tree().sharing(current);
        if (kind.kind().isCustom()) {
            check(kind, whole, Optional.of(current), causes);
        } else {
            // Labels and annotations come along with the status of such a kind.
            metadata(kind, whole, causes);
            Schema schema = kind.version().schema();
            BuiltInAdmission.checkStatus(current, whole, schema).forEach(causes::add);
        }
        return new Admitted(whole, "", read.warnings(), causes.all());
    }

    private static Admitted read(
            Kinds.Found kind, JsonObject tree, List<String> duplicates, FieldValidation mode) {
        Schema schema = kind.version().schema();
        BuiltInAdmission.Read read =
                kind.kind().isCustom()
                        ? CustomAdmission.read(tree, schema)
                        : BuiltInAdmission.read(tree, schema);
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

    /** Checks an object, and gives the warnings that it earns. */
    private static List<String> check(
            Kinds.Found kind, JsonObject tree, Optional<JsonObject> before, Causes causes) {
        Schema schema = kind.version().schema();
        if (kind.kind().isCustom()) {
            CustomAdmission.check(tree, before, schema).forEach(causes::add);
            ScaleRules.check(kind, tree, causes);
            return causes.isEmpty() ? finalizerWarnings(tree, before) : List.of();
        }
        BuiltInAdmission.check(tree, schema).forEach(causes::add);
        before.ifPresent(it -> BuiltInAdmission.checkChange(it, tree, schema).forEach(causes::add));
        if (kind.kind().groupResource().equals("customresourcedefinitions.apiextensions.k8s.io")) {
            DefinitionRules.check(tree).forEach(causes::add);
        }
        return List.of();
    }

    /** Of each finalizer that is new and might be anybody's. */
    private static List<String> finalizerWarnings(JsonObject tree, Optional<JsonObject> before) {
        List<String> known =
                before.map(it -> it.array("metadata", "finalizers").texts()).orElse(List.of());
        return tree.array("metadata", "finalizers").texts().stream()
                .filter(it -> !known.contains(it) && !OWN_FINALIZERS.contains(it))
                .filter(it -> it.indexOf('/') < 0)
                .distinct()
                .sorted()
                .map(
                        it ->
                                "metadata.finalizers: \""
                                        + it
                                        + "\": prefer a domain-qualified finalizer name to avoid"
                                        + " accidental conflicts with other finalizer writers")
                .toList();
    }

    private static List<String> joined(List<String> some, List<String> more) {
        var all = new ArrayList<>(some);
        all.addAll(more);
        return all;
    }
}
