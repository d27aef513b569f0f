package dev.weft.api.verb;

import dev.weft.api.ask.Target;
import dev.weft.api.client.ApiException;
import dev.weft.api.client.Reason;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.schema.Admitted;
import dev.weft.api.schema.Cause;
import dev.weft.foundation.chance.Chance;
import java.util.List;

/** Holds a body against the URL that it was sent to, and gives names to what has none. */
final class Naming {
    private static final int PREFIX_MAX = 58;
    private static final int SUFFIX = 5;

    private Naming() {}

    /** The body with the apiVersion, kind and namespace that the URL says. */
    static JsonObject addressed(Target target, JsonObject body) {
        String wanted = target.kind().apiVersion(target.version());
        String apiVersion = text(body, "apiVersion");
        String kind = text(body, "kind");
        if (target.kind().isCustom() && kind.isEmpty()) {
            throw bad(
                    "the object provided is unrecognized (must be of type %s): Object 'Kind' is missing in '%s'"
                            .formatted(target.kind().kind(), brief(body)));
        }
        boolean mayLackVersion = !target.kind().isCustom();
        if (!apiVersion.equals(wanted) && !(apiVersion.isEmpty() && mayLackVersion)) {
            throw bad(
                    "the API version in the data (%s) does not match the expected API version (%s)"
                            .formatted(apiVersion, wanted));
        }
        if (!kind.isEmpty() && !kind.equals(target.kind().kind())) {
            if (target.kind().isCustom()) {
                throw Admitted.invalid(
                        target.kind().group(),
                        kind,
                        body.text("metadata", "name").orElse(target.name()),
                        List.of(
                                new Cause(
                                        Cause.INVALID,
                                        "Invalid value: \"%s\": must be %s"
                                                .formatted(kind, target.kind().kind()),
                                        "kind")));
            }
            throw bad(
                    "%s in version \"%s\" cannot be handled as a %s: the URL names %s"
                            .formatted(
                                    kind,
                                    target.version().name(),
                                    target.kind().kind(),
                                    target.kind().groupResource()));
        }
        JsonObject tree = typed(body, wanted, target.kind().kind());
        return placed(target, tree);
    }

    private static String text(JsonObject body, String field) {
        return body.field(field).flatMap(Json::text).orElse("");
    }

    private static JsonObject typed(JsonObject body, String apiVersion, String kind) {
        if (body.has("apiVersion") && body.has("kind")) {
            return body.with("apiVersion", apiVersion).with("kind", kind);
        }
        var first = JsonObject.builder().put("apiVersion", apiVersion).put("kind", kind);
        body.without("apiVersion").without("kind").forEach(first::put);
        return first.build();
    }

    private static JsonObject placed(Target target, JsonObject tree) {
        if (tree.field("metadata").filter(it -> it.object().isEmpty()).isPresent()
                && !(tree.field("metadata").get() instanceof dev.weft.api.codec.JsonNull)) {
            // Not an object: admission words that refusal.
            return tree;
        }
        String given = tree.text("metadata", "namespace").orElse("");
        if (target.namespace().isEmpty()) {
            return given.isEmpty() ? tree : tree.withoutAt("metadata", "namespace");
        }
        if (!given.isEmpty() && !given.equals(target.namespace())) {
            throw bad(
                    "the namespace of the provided object does not match the namespace sent on the"
                            + " request");
        }
        return given.isEmpty()
                ? tree.withAt(Json.of(target.namespace()), "metadata", "namespace")
                : tree;
    }

    /** Refuses a body that is named otherwise than its URL. */
    static JsonObject named(Target target, JsonObject tree) {
        String name = tree.text("metadata", "name").orElse("");
        if (name.isEmpty()) {
            return tree.withAt(Json.of(target.name()), "metadata", "name");
        }
        if (!name.equals(target.name())) {
            throw bad(
                    "the name of the object (%s) does not match the name on the URL (%s)"
                            .formatted(name, target.name()));
        }
        return tree;
    }

    /** Whether the object asks for a name to be made up. */
    static boolean isGenerated(JsonObject tree) {
        return tree.text("metadata", "name").orElse("").isEmpty()
                && !tree.text("metadata", "generateName").orElse("").isEmpty();
    }

    /** The object with a made-up name, where it asks for one. */
    static JsonObject generated(JsonObject tree, Chance chance) {
        String prefix = tree.text("metadata", "generateName").orElse("");
        String begin = prefix.substring(0, Math.min(prefix.length(), PREFIX_MAX));
        return tree.withAt(Json.of(begin + chance.letters(SUFFIX)), "metadata", "name");
    }

    /** The refusal of an object that has no name and asks for none. */
    static ApiException unnamed(Target target) {
        return Admitted.invalid(
                target.kind().group(),
                target.kind().kind(),
                "",
                List.of(
                        new Cause(
                                Cause.REQUIRED,
                                "Required value: name or generateName is required",
                                "metadata.name")));
    }

    private static String brief(JsonObject body) {
        String text = body.toString();
        return text.length() > 200 ? text.substring(0, 200) + "…" : text;
    }

    private static ApiException bad(String message) {
        return new ApiException(Reason.BAD_REQUEST, message);
    }
}
