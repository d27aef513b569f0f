package dev.weft.api.model;

/**
 * The address of a kind: what stands in a URL and in a manifest's first two lines.
 *
 * @param group empty for the core group
 */
public record ResourceType(
        String group, String version, String kind, String plural, boolean namespaced) {

    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** As people name it: {@code deployments.apps}. */
    public String groupResource() {
        return group.isEmpty() ? plural : plural + "." + group;
    }
}
