package dev.weft.api.kind;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.ResourceType;
import java.util.List;
import java.util.Optional;

/**
 * A kind of object.
 *
 * @param group empty for the core group
 * @param versions the preferred first
 */
public record Kind(
        String group, Names names, boolean namespaced, List<KindVersion> versions, Traits traits) {
    public Kind {
        versions = List.copyOf(versions);
    }

    /** What the kind is called. */
    public record Names(
            String kind,
            String listKind,
            String plural,
            String singular,
            List<String> shortNames,
            List<String> categories) {
        public Names {
            shortNames = List.copyOf(shortNames);
            categories = List.copyOf(categories);
        }
    }

    /** Whether an acknowledged write must have reached the disk. */
    public enum Durability {
        DURABLE,
        /** Weft can make the object again; its write need not wait. */
        REBUILDABLE
    }

    /** Which changes raise {@code metadata.generation}. */
    public enum Generation {
        NONE,
        SPEC,
        ALL_BUT_METADATA,
        ALL_BUT_METADATA_AND_STATUS
    }

    /**
     * How objects are kept.
     *
     * @param custom whether a CustomResourceDefinition brought the kind
     * @param storedUnder the group and resource under whose name objects are kept: its own but for
     *     events, which two groups serve
     * @param storedApiVersion the apiVersion in which they are kept
     */
    public record Traits(
            boolean custom,
            Durability durability,
            Durability statusDurability,
            Generation generation,
            String storedUnder,
            String storedApiVersion) {}

    public String kind() {
        return names.kind();
    }

    public String plural() {
        return names.plural();
    }

    /** As people name it: {@code deployments.apps}. */
    public String groupResource() {
        return group.isEmpty() ? plural() : plural() + "." + group;
    }

    /** Under which name objects are kept; kinds that share it serve the same objects. */
    public String storageKey() {
        return traits.storedUnder();
    }

    public boolean isCustom() {
        return traits.custom();
    }

    /** The served version of that name. */
    public Optional<KindVersion> version(String name) {
        return versions.stream().filter(v -> v.served() && v.name().equals(name)).findFirst();
    }

    public List<KindVersion> served() {
        return versions.stream().filter(KindVersion::served).toList();
    }

    /** The version that objects are kept in; the preferred one where they are kept elsewhere. */
    public KindVersion stored() {
        return versions.stream()
                .filter(KindVersion::stored)
                .findFirst()
                .orElseGet(versions::getFirst);
    }

    public String apiVersion(KindVersion version) {
        return group.isEmpty() ? version.name() : group + "/" + version.name();
    }

    public ResourceType type(KindVersion version) {
        return new ResourceType(group, version.name(), kind(), plural(), namespaced);
    }

    /** Whether the change from one tree to the other raises {@code metadata.generation}. */
    public boolean raisesGeneration(JsonObject from, JsonObject to) {
        return switch (traits.generation()) {
            case NONE -> false;
            case SPEC -> !from.object("spec").equals(to.object("spec"));
            case ALL_BUT_METADATA -> !from.without("metadata").equals(to.without("metadata"));
            case ALL_BUT_METADATA_AND_STATUS ->
                    !from.without("metadata")
                            .without("status")
                            .equals(to.without("metadata").without("status"));
        };
    }

    /**
     * Whether a write of this object may be acknowledged before it has reached the disk, since Weft
     * would make the object again. An EndpointSlice that a person wrote is not one of these.
     */
    public boolean isRebuildable(JsonObject tree) {
        return traits.durability() == Durability.REBUILDABLE
                || traits.storedUnder().equals("endpointslices.discovery.k8s.io")
                        && tree.text("metadata", "labels", "endpointslice.kubernetes.io/managed-by")
                                .filter("endpointslice-controller.k8s.io"::equals)
                                .isPresent();
    }

    /** Whether a write of the status alone may be acknowledged before it has reached the disk. */
    public boolean isStatusRebuildable() {
        return traits.statusDurability() == Durability.REBUILDABLE;
    }

    /** Whether objects carry a generation at all. */
    public boolean hasGeneration() {
        return traits.generation() != Generation.NONE;
    }
}
