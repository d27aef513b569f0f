package dev.weft.api.schema.custom;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonNull;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.schema.BuiltInAdmission;
import dev.weft.api.schema.Cause;
import dev.weft.api.schema.Causes;
import dev.weft.api.schema.Schema;
import dev.weft.api.schema.Trail;
import dev.weft.api.schema.validation.Known;
import dev.weft.api.schema.validation.Validations;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The walk of an object of a custom kind: nulls, defaults, unknown fields, then rules. Any thread.
 * Callers outside go through {@code kind.Admission}, which knows the kinds.
 */
public final class CustomAdmission {
    /** What is so wrong that expressions could not look at the object. */
    private static final Set<String> BLOCKING =
            Set.of(
                    Cause.NOT_SUPPORTED,
                    Cause.REQUIRED,
                    Cause.TOO_LONG,
                    Cause.TOO_MANY,
                    Cause.TYPE_INVALID);

    private CustomAdmission() {}

    /** The tree without what its schema does not have, and with defaults. */
    public static BuiltInAdmission.Read read(JsonObject tree, Schema schema) {
        var reader = new CustomReader(tree, Validations.of(schema).sound());
        JsonObject read = reader.read(schema);
        return new BuiltInAdmission.Read(read, reader.error(), reader.unknown());
    }

    /**
     * What is wrong with an object beside its metadata.
     *
     * @param before the object as it stood; what was wrong with it and did not change is let pass
     */
    public static List<Cause> check(JsonObject tree, Optional<JsonObject> before, Schema schema) {
        var causes = new Causes();
        var rules = new CustomRules(causes, new Trail(""));
        Validations validations = Validations.of(schema);
        JsonObject twin = before.map(validations.sound()::fields).orElse(JsonObject.empty());
        rules.check(tree, before.orElse(null), twin, schema);
        rules.checkEmbedded(tree, twin, schema);
        rules.checkLists(tree, twin, schema);
        if (causes.isEmpty()) {
            learn(tree, twin, schema, rules.isCertain());
        }
        validations(tree, before, validations, causes);
        return causes.all();
    }

    /**
     * Notes what has the form that the schema demands: what stands in it need not be looked at
     * again in the next state of the object. What was let pass because it did not change is looked
     * at once as if it were new.
     */
    private static void learn(JsonObject tree, JsonObject twin, Schema schema, boolean certain) {
        Known sound = Validations.of(schema).sound();
        for (int i = 0; i < tree.size(); i++) {
            String name = tree.name(i);
            Json value = tree.value(i);
            Schema property = schema.property(name);
            boolean isPart = value instanceof JsonObject || value instanceof JsonArray;
            if (property == null || !isPart || name.equals("metadata") || sound.has(value)) {
                continue;
            }
            if (certain || holds(name, value, twin, property)) {
                sound.add(value);
            }
        }
    }

    private static boolean holds(String name, Json value, JsonObject twin, Schema schema) {
        var causes = new Causes();
        var rules = new CustomRules(causes, new Trail(name));
        rules.check(value, null, twin.field(name).orElse(null), schema);
        return causes.isEmpty();
    }

    /** Rules in expressions may rely on the object's having the form that the schema demands. */
    private static void validations(
            JsonObject tree, Optional<JsonObject> before, Validations validations, Causes causes) {
        if (validations.isEmpty()) {
            return;
        }
        if (causes.all().stream().anyMatch(it -> BLOCKING.contains(it.reason()))) {
            causes.invalid(
                    "<nil>",
                    JsonNull.NULL,
                    "some validation rules were not checked because the object was invalid; correct"
                            + " the existing errors to complete validation");
            return;
        }
        validations.check(tree, before).forEach(causes::add);
    }
}
