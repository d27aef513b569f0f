package dev.weft.api.discovery;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.kind.Kind;
import dev.weft.api.kind.KindVersion;
import dev.weft.api.kind.Kinds;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is served, in the plain form: one document a group version. Any thread. */
public final class Discovery {
    static final JsonArray VERBS =
            JsonArray.ofTexts(
                    List.of(
                            "create",
                            "delete",
                            "deletecollection",
                            "get",
                            "list",
                            "patch",
                            "update",
                            "watch"));
    static final JsonArray SUBRESOURCE_VERBS = JsonArray.ofTexts(List.of("get", "patch", "update"));
    static final JsonArray READ_VERBS = JsonArray.ofTexts(List.of("get"));

    private Discovery() {}

    /**
     * The answer to {@code GET /api}.
     *
     * @param address host and port at which clients reach the API
     */
    public static JsonObject core(Kinds kinds, String address) {
        return JsonObject.builder()
                .put("kind", "APIVersions")
                .put("versions", JsonArray.ofTexts(kinds.versions("")))
                .put(
                        "serverAddressByClientCIDRs",
                        JsonArray.of(
                                JsonObject.builder()
                                        .put("clientCIDR", "0.0.0.0/0")
                                        .put("serverAddress", address)
                                        .build()))
                .build();
    }

    /** The answer to {@code GET /apis}. */
    public static JsonObject groups(Kinds kinds) {
        var groups = new ArrayList<Json>();
        for (String group : kinds.groups()) {
            if (!group.isEmpty()) {
                groups.add(entry(kinds, group));
            }
        }
        return JsonObject.builder()
                .put("kind", "APIGroupList")
                .put("apiVersion", "v1")
                .put("groups", JsonArray.of(groups))
                .build();
    }

    /** The answer to {@code GET /apis/GROUP}. */
    public static Optional<JsonObject> group(Kinds kinds, String group) {
        if (group.isEmpty() || !kinds.groups().contains(group)) {
            return Optional.empty();
        }
        var document = JsonObject.builder().put("kind", "APIGroup").put("apiVersion", "v1");
        entry(kinds, group).forEach(document::put);
        return Optional.of(document.build());
    }

    /** The answer to {@code GET /api/VERSION} and {@code GET /apis/GROUP/VERSION}. */
    public static Optional<JsonObject> resources(Kinds kinds, String group, String version) {
        List<Kinds.Found> found = kinds.in(group, version);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        var resources = new ArrayList<Json>();
        found.forEach(it -> addResources(it, resources));
        return Optional.of(
                JsonObject.builder()
                        .put("kind", "APIResourceList")
                        .put("apiVersion", "v1")
                        .put("groupVersion", groupVersion(group, version))
                        .put("resources", JsonArray.of(resources))
                        .build());
    }

    static String groupVersion(String group, String version) {
        return group.isEmpty() ? version : group + "/" + version;
    }

    private static JsonObject entry(Kinds kinds, String group) {
        var versions = new ArrayList<Json>();
        for (String version : kinds.versions(group)) {
            versions.add(
                    JsonObject.builder()
                            .put("groupVersion", groupVersion(group, version))
                            .put("version", version)
                            .build());
        }
        return JsonObject.builder()
                .put("name", group)
                .put("versions", JsonArray.of(versions))
                .put("preferredVersion", versions.getFirst())
                .build();
    }

    private static void addResources(Kinds.Found found, List<Json> resources) {
        Kind kind = found.kind();
        KindVersion version = found.version();
        var main = resource(kind, kind.plural(), kind.names().singular(), kind.kind());
        main.put("verbs", VERBS);
        if (!kind.names().shortNames().isEmpty()) {
            main.put("shortNames", JsonArray.ofTexts(kind.names().shortNames()));
        }
        if (!kind.names().categories().isEmpty()) {
            main.put("categories", JsonArray.ofTexts(kind.names().categories()));
        }
        resources.add(main.build());
        for (String other : version.surface().others()) {
            resources.add(
                    resource(kind, kind.plural() + "/" + other, "", kind.kind())
                            .put("verbs", READ_VERBS)
                            .build());
        }
        if (version.scale().isPresent()) {
            resources.add(
                    resource(kind, kind.plural() + "/scale", "", "Scale")
                            .put("group", "autoscaling")
                            .put("version", "v1")
                            .put("verbs", SUBRESOURCE_VERBS)
                            .build());
        }
        if (version.hasStatus()) {
            resources.add(
                    resource(kind, kind.plural() + "/status", "", kind.kind())
                            .put("verbs", SUBRESOURCE_VERBS)
                            .build());
        }
    }

    private static JsonObject.Builder resource(
            Kind kind, String name, String singular, String kindName) {
        return JsonObject.builder()
                .put("name", name)
                .put("singularName", singular)
                .put("namespaced", kind.namespaced())
                .put("kind", kindName);
    }
}
