package dev.weft.api.kind;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.schema.Cause;
import java.util.List;

/** Kinds out of CustomResourceDefinitions. */
public final class CustomKinds {
    private CustomKinds() {}

    /**
     * What a definition makes.
     *
     * @param warnings what Weft will not do of it, to be said when it is applied
     * @param causes what is wrong with the definition; where there are any, {@code kind} is empty
     */
    public record Made(java.util.Optional<Kind> kind, List<String> warnings, List<Cause> causes) {}

    /** The kind that a (stored, admitted) CustomResourceDefinition brings. */
    public static Made kind(JsonObject definition) {
        return new Made(java.util.Optional.empty(), List.of(), List.of());
    }
}
