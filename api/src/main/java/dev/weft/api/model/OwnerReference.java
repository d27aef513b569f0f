package dev.weft.api.model;

import dev.weft.api.codec.JsonObject;

/** A pointer to the object that another one belongs to and dies with. */
public record OwnerReference(
        String apiVersion,
        String kind,
        String name,
        String uid,
        boolean controller,
        boolean blockOwnerDeletion) {

    public static OwnerReference of(JsonObject tree) {
        return new OwnerReference(
                tree.text("apiVersion").orElse(""),
                tree.text("kind").orElse(""),
                tree.text("name").orElse(""),
                tree.text("uid").orElse(""),
                tree.flag("controller").orElse(false),
                tree.flag("blockOwnerDeletion").orElse(false));
    }

    /** The reference by which an object says that this one controls it. */
    public static OwnerReference controlledBy(Resource owner) {
        return new OwnerReference(
                owner.apiVersion(), owner.kind(), owner.name(), owner.uid(), true, true);
    }

    public JsonObject tree() {
        return JsonObject.builder()
                .put("apiVersion", apiVersion)
                .put("kind", kind)
                .put("name", name)
                .put("uid", uid)
                .put("controller", controller)
                .put("blockOwnerDeletion", blockOwnerDeletion)
                .build();
    }
}
