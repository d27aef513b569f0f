package dev.weft.api.schema;

import dev.weft.api.codec.MessageShape;
import dev.weft.api.schema.Schema.Type;
import java.util.Map;
import java.util.Optional;

/** The shapes of the built-in kinds. Any thread. */
public final class BuiltInTypes {
    private static final Map<String, String> PACKAGES =
            Map.of(
                    "v1", "core.v1",
                    "apps/v1", "apps.v1",
                    "events.k8s.io/v1", "events.v1",
                    "coordination.k8s.io/v1", "coordination.v1",
                    "discovery.k8s.io/v1", "discovery.v1",
                    "autoscaling/v1", "autoscaling.v1",
                    "authorization.k8s.io/v1", "authorization.v1",
                    "authentication.k8s.io/v1", "authentication.v1",
                    "policy/v1", "policy.v1",
                    "apiextensions.k8s.io/v1", "apiextensions.v1");

    private BuiltInTypes() {}

    /**
     * The shape of a built-in kind, of a review or of a Scale; anything for a kind that is not
     * known.
     */
    public static Schema schema(String apiVersion, String kind) {
        return Schema.later(
                () ->
                        shortName(apiVersion, kind)
                                .map(BuiltInTypes::named)
                                .orElseGet(Schema::anything));
    }

    /** The shape of the metadata of every object. */
    public static Schema metadata() {
        return named("meta.v1.ObjectMeta");
    }

    /** A type that all kinds share, by its short name: {@code ListMeta}, {@code Status}. */
    public static Schema meta(String type) {
        return named("meta.v1." + type);
    }

    /** What the protobuf form of a kind looks like: what {@code Protobuf.decode} asks for. */
    public static Optional<MessageShape> message(String apiVersion, String kind) {
        return shortName(apiVersion, kind).flatMap(TypeTable.BUILT_IN::shape).map(it -> it);
    }

    static Schema named(String shortName) {
        return TypeTable.BUILT_IN
                .shape(shortName)
                .map(
                        shape ->
                                Schema.of(Type.OBJECT)
                                        .named(TypeShape.longName(shortName), shape)
                                        .goType(shortName)
                                        .build())
                .orElseThrow(() -> new IllegalStateException("no type " + shortName));
    }

    private static Optional<String> shortName(String apiVersion, String kind) {
        String shared =
                kind.equals("DeleteOptions") || kind.equals("Status")
                        ? "meta.v1"
                        : PACKAGES.getOrDefault(apiVersion, "");
        return shared.isEmpty()
                ? Optional.empty()
                : Optional.of(shared + "." + kind)
                        .filter(name -> TypeTable.BUILT_IN.shape(name).isPresent());
    }
}
