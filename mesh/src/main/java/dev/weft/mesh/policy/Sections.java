package dev.weft.mesh.policy;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Resource;
import java.util.Optional;

/** The parts of a target that a policy may name: rules of routes, listeners of Gateways. Pure. */
final class Sections {
    private Sections() {}

    /** What is wrong with the section that a reference names. */
    static Optional<String> missing(Resource target, JsonObject ref) {
        String section = ref.text("sectionName").orElse("");
        String list =
                switch (target.kind()) {
                    case "Gateway" -> "listeners";
                    case "HTTPRoute", "GRPCRoute" -> "rules";
                    default -> "";
                };
        boolean there =
                section.isEmpty()
                        || list.isEmpty()
                        || target.spec().array(list).objects().stream()
                                .anyMatch(it -> it.text("name").orElse("").equals(section));
        return there
                ? Optional.empty()
                : Optional.of(
                        "%s %s has none named %s in spec.%s"
                                .formatted(target.kind(), target.key(), section, list));
    }
}
