package dev.weft.api.schema;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Reason;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What became of an object at the door.
 *
 * @param tree the object with unknown fields taken out and defaults put in
 * @param undecodable why the object cannot be read as its kind at all, empty where it can
 * @param warnings to be sent along with the answer, whatever it is
 * @param causes what is wrong with its values
 */
public record Admitted(
        JsonObject tree, String undecodable, List<String> warnings, List<Cause> causes) {
    public Admitted {
        warnings = List.copyOf(warnings);
        causes = List.copyOf(causes);
    }

    public boolean isClean() {
        return undecodable.isEmpty() && causes.isEmpty();
    }

    /**
     * The tree where nothing is wrong with it.
     *
     * @param group of the kind, for the message
     * @throws ApiException with {@code BadRequest} or {@code Invalid}, worded as Kubernetes does
     */
    public JsonObject orRefuse(String group, String kind, String name) {
        if (!undecodable.isEmpty()) {
            throw new ApiException(Reason.BAD_REQUEST, undecodable);
        }
        if (!causes.isEmpty()) {
            throw invalid(group, kind, name, causes);
        }
        return tree;
    }

    /** The refusal of an object for these causes. */
    public static ApiException invalid(String group, String kind, String name, List<Cause> causes) {
        String what = group.isEmpty() ? kind : kind + "." + group;
        List<String> texts = causes.stream().map(Cause::text).distinct().toList();
        String all =
                texts.size() == 1
                        ? texts.getFirst()
                        : texts.stream().collect(Collectors.joining(", ", "[", "]"));
        var details = JsonObject.builder();
        if (!name.isEmpty()) {
            details.put("name", name);
        }
        if (!group.isEmpty()) {
            details.put("group", group);
        }
        details.put("kind", kind);
        details.put(
                "causes",
                JsonArray.of(causes.stream().map(Cause::tree).<Json>map(it -> it).toList()));
        return new ApiException(
                Reason.INVALID, what + " \"" + name + "\" is invalid: " + all, details.build());
    }
}
