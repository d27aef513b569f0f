package dev.weft.api.ask;

import dev.weft.api.access.Attempt;
import dev.weft.api.client.ApiException;
import dev.weft.api.client.Reason;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.kind.Kind;
import dev.weft.api.kind.KindVersion;
import dev.weft.api.kind.Kinds;
import dev.weft.api.model.Key;

/**
 * What a request is about: a kind at a version, and one object of it or all.
 *
 * @param namespace empty for what belongs to none, and for all
 * @param name empty where no single object is meant
 */
public record Target(Kinds.Found found, String namespace, String name) {
    public Kind kind() {
        return found.kind();
    }

    public KindVersion version() {
        return found.version();
    }

    public Target named(String name) {
        return new Target(found, namespace, name);
    }

    public Target in(String namespace) {
        return new Target(found, namespace, name);
    }

    public Key key() {
        return new Key(namespace, name);
    }

    public Attempt attempt(String verb, String subresource) {
        String resource =
                subresource.isEmpty() ? kind().plural() : kind().plural() + "/" + subresource;
        return new Attempt(verb, kind().group(), resource, namespace, name);
    }

    public ApiException notFound() {
        return refusal(Reason.NOT_FOUND, kind().groupResource() + " \"" + name + "\" not found");
    }

    public ApiException alreadyExists() {
        return refusal(
                Reason.ALREADY_EXISTS, kind().groupResource() + " \"" + name + "\" already exists");
    }

    public ApiException conflict(String why) {
        return refusal(
                Reason.CONFLICT,
                "Operation cannot be fulfilled on %s \"%s\": %s"
                        .formatted(kind().groupResource(), name, why));
    }

    public ApiException modified() {
        return conflict(
                "the object has been modified; please apply your changes to the latest version and"
                        + " try again");
    }

    public ApiException forbidden(String why) {
        return refusal(Reason.FORBIDDEN, forbiddenText(why));
    }

    /** The text of a refusal. */
    public String forbiddenText(String why) {
        return "%s \"%s\" is forbidden: %s".formatted(kind().groupResource(), name, why);
    }

    /** A refusal whose details say which object is meant. */
    public ApiException refusal(Reason reason, String message) {
        return new ApiException(reason, message, details().build());
    }

    /** The details of a refusal, to which more can be put. */
    public JsonObject.Builder details() {
        var details = JsonObject.builder();
        if (!name.isEmpty()) {
            details.put("name", name);
        }
        if (!kind().group().isEmpty()) {
            details.put("group", kind().group());
        }
        return details.put("kind", kind().plural());
    }
}
