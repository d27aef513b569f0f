package dev.weft.api.discovery;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.kind.Kind;
import dev.weft.api.kind.KindVersion;
import dev.weft.api.kind.Kinds;
import java.util.ArrayList;
import java.util.List;

/** What is served, in one document for all groups, as clients ask for it since 1.26. Any thread. */
public final class AggregatedDiscovery {
    /** The forms of the document, which differ in their name only. */
    public enum Form {
        V2("v2"),
        V2BETA1("v2beta1");

        private final String version;

        Form(String version) {
            this.version = version;
        }

        /** The content type that goes with the answer. */
        public String contentType() {
            return "application/json;g=apidiscovery.k8s.io;v="
                    + version
                    + ";as=APIGroupDiscoveryList";
        }
    }

    private AggregatedDiscovery() {}

    /** The answer to {@code GET /api}. */
    public static JsonObject core(Kinds kinds, Form form) {
        return list(form, List.of(group(kinds, "")));
    }

    /** The answer to {@code GET /apis}. */
    public static JsonObject groups(Kinds kinds, Form form) {
        var groups = new ArrayList<Json>();
        for (String group : kinds.groups()) {
            if (!group.isEmpty()) {
                groups.add(group(kinds, group));
            }
        }
        return list(form, groups);
    }

    private static JsonObject list(Form form, List<Json> groups) {
        return JsonObject.builder()
                .put("kind", "APIGroupDiscoveryList")
                .put("apiVersion", "apidiscovery.k8s.io/" + form.version)
                .put("metadata", JsonObject.empty())
                .put("items", JsonArray.of(groups))
                .build();
    }

    private static JsonObject group(Kinds kinds, String group) {
        var versions = new ArrayList<Json>();
        for (String version : kinds.versions(group)) {
            var resources = new ArrayList<Json>();
            kinds.in(group, version).forEach(found -> resources.add(resource(found)));
            versions.add(
                    JsonObject.builder()
                            .put("version", version)
                            .put("resources", JsonArray.of(resources))
                            .put("freshness", "Current")
                            .build());
        }
        var metadata = JsonObject.builder();
        if (!group.isEmpty()) {
            metadata.put("name", group);
        }
        return JsonObject.builder()
                .put("metadata", metadata.build())
                .put("versions", JsonArray.of(versions))
                .build();
    }

    private static JsonObject resource(Kinds.Found found) {
        Kind kind = found.kind();
        KindVersion version = found.version();
        var subresources = new ArrayList<Json>();
        JsonObject own = responseKind(kind.group(), version.name(), kind.kind());
        for (String other : version.surface().others()) {
            subresources.add(subresource(other, own, Discovery.READ_VERBS));
        }
        if (version.scale().isPresent()) {
            subresources.add(
                    subresource(
                            "scale",
                            responseKind("autoscaling", "v1", "Scale"),
                            Discovery.SUBRESOURCE_VERBS));
        }
        if (version.hasStatus()) {
            subresources.add(subresource("status", own, Discovery.SUBRESOURCE_VERBS));
        }
        var resource =
                JsonObject.builder()
                        .put("resource", kind.plural())
                        .put("responseKind", own)
                        .put("scope", kind.namespaced() ? "Namespaced" : "Cluster")
                        .put("singularResource", kind.names().singular())
                        .put("verbs", Discovery.VERBS);
        if (!kind.names().shortNames().isEmpty()) {
            resource.put("shortNames", JsonArray.ofTexts(kind.names().shortNames()));
        }
        if (!kind.names().categories().isEmpty()) {
            resource.put("categories", JsonArray.ofTexts(kind.names().categories()));
        }
        if (!subresources.isEmpty()) {
            resource.put("subresources", JsonArray.of(subresources));
        }
        return resource.build();
    }

    private static JsonObject subresource(String name, JsonObject responseKind, JsonArray verbs) {
        return JsonObject.builder()
                .put("subresource", name)
                .put("responseKind", responseKind)
                .put("verbs", verbs)
                .build();
    }

    private static JsonObject responseKind(String group, String version, String kind) {
        return JsonObject.builder()
                .put("group", group)
                .put("version", version)
                .put("kind", kind)
                .build();
    }
}
