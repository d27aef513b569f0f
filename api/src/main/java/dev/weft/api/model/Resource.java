package dev.weft.api.model;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One object of the API: a view on its tree. Immutable; unknown fields stay where they are. The
 * records of single kinds in this package are views of the same sort.
 */
public record Resource(JsonObject tree) {

    public static Resource of(ResourceType type, String namespace, String name) {
        var metadata = JsonObject.builder().put("name", name);
        if (!namespace.isEmpty()) {
            metadata.put("namespace", namespace);
        }
        return new Resource(
                JsonObject.builder()
                        .put("apiVersion", type.apiVersion())
                        .put("kind", type.kind())
                        .put("metadata", metadata.build())
                        .build());
    }

    public String apiVersion() {
        return tree.text("apiVersion").orElse("");
    }

    public String kind() {
        return tree.text("kind").orElse("");
    }

    public String name() {
        return tree.text("metadata", "name").orElse("");
    }

    /** Empty for what belongs to no namespace. */
    public String namespace() {
        return tree.text("metadata", "namespace").orElse("");
    }

    public Key key() {
        return new Key(namespace(), name());
    }

    public String uid() {
        return tree.text("metadata", "uid").orElse("");
    }

    public String resourceVersion() {
        return tree.text("metadata", "resourceVersion").orElse("");
    }

    public long generation() {
        return tree.whole("metadata", "generation").orElse(0L);
    }

    public Map<String, String> labels() {
        return tree.texts("metadata", "labels");
    }

    public Map<String, String> annotations() {
        return tree.texts("metadata", "annotations");
    }

    public Optional<String> annotation(String name) {
        return tree.text("metadata", "annotations", name);
    }

    public List<String> finalizers() {
        return tree.array("metadata", "finalizers").texts();
    }

    public List<OwnerReference> owners() {
        return tree.array("metadata", "ownerReferences").objects().stream()
                .map(OwnerReference::of)
                .toList();
    }

    /** The owner that controls this object, of which there is at most one. */
    public Optional<OwnerReference> controller() {
        for (JsonObject owner : tree.array("metadata", "ownerReferences").objects()) {
            OwnerReference reference = OwnerReference.of(owner);
            if (reference.controller()) {
                return Optional.of(reference);
            }
        }
        return Optional.empty();
    }

    public Optional<Instant> createdAt() {
        return tree.text("metadata", "creationTimestamp").map(Moments::parse);
    }

    /** The entry of that type among {@code status.conditions}. */
    public Optional<Condition> condition(String type) {
        return tree.array("status", "conditions").objects().stream()
                .map(Condition::new)
                .filter(it -> it.type().equals(type))
                .findFirst();
    }

    public boolean isDeleting() {
        return tree.at("metadata", "deletionTimestamp").isPresent();
    }

    public JsonObject spec() {
        return tree.object("spec");
    }

    public JsonObject status() {
        return tree.object("status");
    }

    public Resource with(String field, Json value) {
        return new Resource(tree.with(field, value));
    }

    public Resource withSpec(JsonObject spec) {
        return with("spec", spec);
    }

    public Resource withStatus(JsonObject status) {
        return with("status", status);
    }

    public Resource withAt(Json value, String... path) {
        return new Resource(tree.withAt(value, path));
    }

    public Resource withoutAt(String... path) {
        return new Resource(tree.withoutAt(path));
    }

    public Resource withLabels(Map<String, String> labels) {
        return withAt(texts(labels), "metadata", "labels");
    }

    public Resource withAnnotation(String name, String value) {
        return withAt(Json.of(value), "metadata", "annotations", name);
    }

    public Resource withOwner(OwnerReference owner) {
        JsonArray owners = tree.array("metadata", "ownerReferences").with(owner.tree());
        return withAt(owners, "metadata", "ownerReferences");
    }

    public Resource withFinalizers(List<String> finalizers) {
        return withAt(JsonArray.ofTexts(finalizers), "metadata", "finalizers");
    }

    private static JsonObject texts(Map<String, String> texts) {
        var builder = JsonObject.builder();
        texts.forEach(builder::put);
        return builder.build();
    }
}
