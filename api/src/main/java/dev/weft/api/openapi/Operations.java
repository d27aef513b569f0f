package dev.weft.api.openapi;

import dev.weft.api.client.Patch;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.kind.Kinds;
import java.util.ArrayList;
import java.util.List;

/** The paths of one kind and what can be done there, as a version 3 document has them. */
final class Operations {
    private final Kinds.Found found;
    private final String schema;
    private final JsonObject gvk;
    private final JsonObject.Builder paths;

    private Operations(Kinds.Found found, String schema, JsonObject.Builder paths) {
        this.found = found;
        this.schema = schema;
        this.paths = paths;
        this.gvk =
                Components.gvk(found.kind().group(), found.version().name(), found.kind().kind());
    }

    /** Adds the paths of a kind whose schema has this name in the document. */
    static void add(Kinds.Found found, String schema, JsonObject.Builder paths) {
        new Operations(found, schema, paths).add();
    }

    private void add() {
        String root = OpenApi.root(found.kind().group(), found.version().name());
        String plural = found.kind().plural();
        boolean namespaced = found.kind().namespaced();
        String collection = "/" + root + (namespaced ? "/namespaces/{namespace}/" : "/") + plural;
        if (namespaced) {
            paths.put(
                    "/" + root + "/" + plural,
                    JsonObject.of("get", operation("list", "ForAllNamespaces", list(), List.of())));
        }
        paths.put(collection, collection());
        String item = collection + "/{name}";
        paths.put(item, item("", schema, true));
        for (String other : found.version().surface().others()) {
            paths.put(
                    item + "/" + other,
                    withParameters(
                            JsonObject.of("get", operation("get", title(other), text(), List.of())),
                            true));
        }
        if (found.version().scale().isPresent()) {
            paths.put(item + "/scale", item("Scale", schema, false));
        }
        if (found.version().hasStatus()) {
            paths.put(item + "/status", item("Status", schema, false));
        }
    }

    private JsonObject collection() {
        return withParameters(
                JsonObject.of("get", operation("list", "", list(), List.of()))
                        .with(
                                "post",
                                operation("create", "", one(), writeQuery())
                                        .with("requestBody", body(schema)))
                        .with("delete", operation("deleteCollection", "", status(), dryRun())),
                false);
    }

    private JsonObject item(String part, String bodySchema, boolean whole) {
        var patchQuery = new ArrayList<>(writeQuery());
        patchQuery.add(query("force", "boolean"));
        JsonObject item =
                JsonObject.of("get", operation("get", part, one(), List.of()))
                        .with(
                                "put",
                                operation("replace", part, one(), writeQuery())
                                        .with("requestBody", body(bodySchema)))
                        .with(
                                "patch",
                                operation("patch", part, one(), patchQuery)
                                        .with("requestBody", patchBody()));
        if (whole) {
            item = item.with("delete", operation("delete", part, status(), dryRun()));
        }
        return withParameters(item, true);
    }

    private JsonObject operation(
            String verb, String part, JsonObject answer, List<Json> parameters) {
        String group = found.kind().group();
        String id =
                verb
                        + title(group.isEmpty() ? "core" : group.replace(".k8s.io", ""))
                        + title(found.version().name())
                        + (found.kind().namespaced() ? "Namespaced" : "")
                        + found.kind().kind()
                        + part;
        String action =
                switch (verb) {
                    case "create" -> "post";
                    case "replace" -> "put";
                    case "deleteCollection" -> "deletecollection";
                    default -> verb;
                };
        var operation =
                JsonObject.builder()
                        .put("operationId", id)
                        .put(
                                "responses",
                                JsonObject.of(
                                        "200",
                                        JsonObject.of("description", Json.of("OK"))
                                                .with("content", answer)));
        if (!parameters.isEmpty()) {
            operation.put("parameters", JsonArray.of(parameters));
        }
        return operation.put("x-kubernetes-action", action).put(Components.GVK, gvk).build();
    }

    private JsonObject withParameters(JsonObject path, boolean named) {
        var parameters = new ArrayList<Json>();
        if (named) {
            parameters.add(pathParameter("name"));
        }
        if (found.kind().namespaced()) {
            parameters.add(pathParameter("namespace"));
        }
        return parameters.isEmpty() ? path : path.with("parameters", JsonArray.of(parameters));
    }

    private static List<Json> dryRun() {
        return List.of(query("dryRun", "string"));
    }

    private static List<Json> writeQuery() {
        return List.of(
                query("dryRun", "string"),
                query("fieldManager", "string"),
                query("fieldValidation", "string"));
    }

    private static JsonObject query(String name, String type) {
        return JsonObject.of("name", Json.of(name))
                .with("in", "query")
                .with("schema", JsonObject.of("type", Json.of(type)).with("uniqueItems", true));
    }

    private static JsonObject pathParameter(String name) {
        return JsonObject.of("name", Json.of(name))
                .with("in", "path")
                .with("required", true)
                .with("schema", JsonObject.of("type", Json.of("string")));
    }

    private JsonObject one() {
        return json(Components.ref(schema));
    }

    private JsonObject list() {
        return json(Components.ref(schema + "List"));
    }

    private static JsonObject status() {
        return json(Components.ref("io.k8s.apimachinery.pkg.apis.meta.v1.Status"));
    }

    private static JsonObject text() {
        return JsonObject.of(
                "text/plain", JsonObject.of("schema", JsonObject.of("type", Json.of("string"))));
    }

    private static JsonObject body(String schema) {
        return JsonObject.of("content", json(Components.ref(schema))).with("required", true);
    }

    private JsonObject patchBody() {
        JsonObject any = JsonObject.of("schema", JsonObject.of("type", Json.of("object")));
        JsonObject content =
                JsonObject.of(Patch.Form.JSON.contentType(), any)
                        .with(Patch.Form.MERGE.contentType(), any);
        if (!found.kind().isCustom()) {
            content = content.with(Patch.Form.STRATEGIC.contentType(), any);
        }
        return JsonObject.of("content", content).with("required", true);
    }

    private static JsonObject json(JsonObject schema) {
        return JsonObject.of("application/json", JsonObject.of("schema", schema));
    }

    private static String title(String word) {
        var title = new StringBuilder();
        for (String part : word.split("[^A-Za-z0-9]")) {
            if (!part.isEmpty()) {
                title.append(Character.toUpperCase(part.charAt(0))).append(part.substring(1));
            }
        }
        return title.toString();
    }
}
