package dev.weft.api.schema;

import dev.weft.api.codec.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * The walk of an object of a built-in kind: read as its type, defaults, rules. Any thread. Callers
 * outside go through {@code kind.Admission}, which knows the kinds.
 */
public final class BuiltInAdmission {
    private BuiltInAdmission() {}

    /** An object read as its type. */
    public record Read(JsonObject tree, String error, List<String> unknown) {}

    /** The tree without what its type does not have, and with defaults. */
    public static Read read(JsonObject tree, Schema schema) {
        var reader = new TypedReader();
        JsonObject typed = reader.read(tree, schema);
        if (reader.error().isPresent()) {
            return new Read(typed, reader.error().get(), reader.unknown());
        }
        return new Read(BuiltInDefaults.fill(typed, schema), "", reader.unknown());
    }

    /** A part of an object (its metadata, say) read as its type, without defaults. */
    public static Read readPart(JsonObject tree, Schema schema, String path) {
        var reader = new TypedReader();
        JsonObject typed = reader.read(tree, schema, path);
        return new Read(typed, reader.error().orElse(""), reader.unknown());
    }

    /** What is wrong with an object beside its metadata. */
    public static List<Cause> check(JsonObject tree, Schema schema) {
        var causes = new Causes();
        new BuiltInRules(causes).check(tree, schema, "");
        return causes.all();
    }

    /** The new object with what the server once assigned and the writer left out. */
    public static JsonObject carried(JsonObject from, JsonObject to, Schema schema) {
        return UpdateRules.carried(from, to, schema.typeName());
    }

    /** What the change changes that it may not. */
    public static List<Cause> checkChange(JsonObject from, JsonObject to, Schema schema) {
        var causes = new Causes();
        UpdateRules.check(from, to, schema.typeName(), causes);
        return new ArrayList<>(causes.all());
    }

    /** What is wrong with a status that somebody writes. */
    public static List<Cause> checkStatus(JsonObject from, JsonObject to, Schema schema) {
        var causes = new Causes();
        StatusRules.check(from, to, schema.typeName(), causes);
        return new ArrayList<>(causes.all());
    }
}
