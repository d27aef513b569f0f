package dev.weft.api.model;

import org.jspecify.annotations.Nullable;

/**
 * The address of a kind: what stands in a URL and in a manifest's first two lines.
 *
 * @param group empty for the core group
 */
public record ResourceType(
        String group, String version, String kind, String plural, boolean namespaced) {

    // Written out, as the platform compares types before it answers: a record's own ones are put
    // together at their first use, in 20 ms.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ResourceType that
                && kind.equals(that.kind)
                && group.equals(that.group)
                && version.equals(that.version)
                && plural.equals(that.plural)
                && namespaced == that.namespaced;
    }

    @Override
    public int hashCode() {
        return (kind.hashCode() * 31 + group.hashCode()) * 31 + version.hashCode();
    }

    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** As people name it: {@code deployments.apps}. */
    public String groupResource() {
        return group.isEmpty() ? plural : plural + "." + group;
    }
}
