package dev.weft.api.rule;

import dev.weft.api.ask.Target;
import dev.weft.api.ask.Terms;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;

/** Namespaces are emptied before they go, and say which they are by a label. */
final class NamespaceRule implements KindRule {
    private static final String NAME_LABEL = "kubernetes.io/metadata.name";

    @Override
    public JsonObject onCreate(Target target, JsonObject tree, Terms terms) {
        return labelled(target, tree)
                .withAt(JsonArray.of(Json.of("kubernetes")), "spec", "finalizers")
                .withAt(Json.of("Active"), "status", "phase");
    }

    @Override
    public JsonObject onUpdate(Target target, JsonObject current, JsonObject next, Terms terms) {
        JsonObject tree = labelled(target, next);
        return current.at("spec", "finalizers")
                .map(it -> tree.withAt(it, "spec", "finalizers"))
                .orElseGet(() -> tree.withoutAt("spec", "finalizers"));
    }

    private static JsonObject labelled(Target target, JsonObject tree) {
        return tree.withAt(Json.of(target.name()), "metadata", "labels", NAME_LABEL);
    }
}
