package dev.weft.dialects.gatewayapi.rule;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import dev.weft.mesh.intent.World;

/** Whether an object of one namespace may refer to one of another. Pure. */
public final class Grants {
    private Grants() {}

    /** A reference from an object to another one, by group and kind. */
    public record Reference(
            String fromKind, String fromNamespace, String kind, String namespace, String name) {}

    public static boolean permit(Reference reference, World world) {
        if (reference.fromNamespace().equals(reference.namespace())) {
            return true;
        }
        for (Resource grant : world.all(Types.REFERENCE_GRANT)) {
            if (grant.namespace().equals(reference.namespace())
                    && grant.spec().array("from").objects().stream()
                            .anyMatch(it -> isFrom(it, reference))
                    && grant.spec().array("to").objects().stream()
                            .anyMatch(it -> isTo(it, reference))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isFrom(JsonObject from, Reference reference) {
        return from.text("group").orElse("").equals(Words.GROUP)
                && from.text("kind").orElse("").equals(reference.fromKind())
                && from.text("namespace").orElse("").equals(reference.fromNamespace());
    }

    private static boolean isTo(JsonObject to, Reference reference) {
        return to.text("group").orElse("").isEmpty()
                && to.text("kind").orElse("").equals(reference.kind())
                && to.text("name")
                        .filter(it -> !it.isEmpty())
                        .map(it -> it.equals(reference.name()))
                        .orElse(true);
    }
}
