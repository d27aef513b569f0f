package dev.weft.api.kind;

import dev.weft.api.codec.JsonObject;

/** An object of one version as an object of another version of its kind. Pure; any thread. */
public final class Conversions {
    private Conversions() {}

    /** The object as it is kept. */
    public static JsonObject toStored(Kind kind, JsonObject tree) {
        return convert(kind, tree, kind.traits().storedApiVersion());
    }

    /** The object as that version shows it. */
    public static JsonObject toVersion(Kind kind, KindVersion version, JsonObject tree) {
        return convert(kind, tree, kind.apiVersion(version));
    }

    private static JsonObject convert(Kind kind, JsonObject tree, String apiVersion) {
        String from = tree.text("apiVersion").orElse("");
        if (from.equals(apiVersion)) {
            return tree;
        }
        JsonObject converted =
                switch (kind.groupResource()) {
                    case "events.events.k8s.io", "events" ->
                            apiVersion.equals("v1") == from.equals("v1")
                                    ? tree
                                    : EventForms.convert(tree, apiVersion.equals("v1"));
                    case TrafficSplits.RESOURCE -> TrafficSplits.convert(tree, apiVersion);
                    default -> tree;
                };
        return converted.with("apiVersion", apiVersion).with("kind", kind.kind());
    }
}
