package dev.weft.api.schema;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonNull;
import dev.weft.api.codec.JsonObject;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Fills in what was not given: the defaults of the fields' rules, and here those that depend on
 * other fields. Works from the outside in, so that what an outer value brings gets its defaults.
 */
final class BuiltInDefaults {
    private BuiltInDefaults() {}

    static JsonObject fill(JsonObject tree, Schema schema) {
        if (schema.values().isPresent()) {
            return values(tree, schema.values().get());
        }
        if (schema.format().equals("raw") || schema.format().startsWith("Schema")) {
            return tree;
        }
        JsonObject filled = tree;
        for (Map.Entry<String, Schema> field : schema.properties().entrySet()) {
            Optional<Json> standard = field.getValue().standard();
            if (standard.isPresent() && !filled.has(field.getKey())) {
                filled = filled.with(field.getKey(), standard.get());
            }
        }
        filled = dependent(filled, schema.typeName());
        for (String name : filled.names()) {
            Schema field = schema.property(name);
            if (field != null) {
                Json value = filled.field(name).orElse(JsonNull.NULL);
                filled = filled.with(name, value(value, field));
            }
        }
        return filled;
    }

    private static Json value(Json value, Schema schema) {
        return switch (value) {
            case JsonObject object when schema.type() == Schema.Type.OBJECT -> fill(object, schema);
            case JsonArray array when schema.items().filter(it -> !isScalar(it)).isPresent() -> {
                Schema items = schema.items().get();
                var filled = new ArrayList<Json>(array.size());
                array.forEach(item -> filled.add(value(item, items)));
                yield JsonArray.of(filled);
            }
            default -> value;
        };
    }

    private static JsonObject values(JsonObject tree, Schema schema) {
        if (isScalar(schema)) {
            return tree;
        }
        JsonObject filled = tree;
        for (String name : tree.names()) {
            filled = filled.with(name, value(tree.field(name).orElse(JsonNull.NULL), schema));
        }
        return filled;
    }

    private static boolean isScalar(Schema schema) {
        return schema.type() != Schema.Type.OBJECT && schema.type() != Schema.Type.ARRAY;
    }

    private static JsonObject dependent(JsonObject tree, String typeName) {
        return switch (typeName) {
            case "io.k8s.api.core.v1.Container", "io.k8s.api.core.v1.EphemeralContainer" ->
                    container(tree);
            case "io.k8s.api.core.v1.ResourceRequirements" -> requests(tree);
            case "io.k8s.api.core.v1.PodSpec" -> pod(tree);
            case "io.k8s.api.core.v1.Volume" ->
                    tree.size() == 1 && tree.has("name")
                            ? tree.with("emptyDir", JsonObject.empty())
                            : tree;
            case "io.k8s.api.core.v1.ServiceSpec" -> service(tree);
            case "io.k8s.api.core.v1.ServicePort" ->
                    tree.has("targetPort") && !isBlank(tree, "targetPort")
                            ? tree
                            : tree.field("port")
                                    .map(it -> tree.with("targetPort", it))
                                    .orElse(tree);
            case "io.k8s.api.core.v1.Secret" -> secret(tree);
            case "io.k8s.api.core.v1.Namespace" -> namespace(tree);
            case "io.k8s.api.apps.v1.DeploymentStrategy" ->
                    tree.text("type").filter("RollingUpdate"::equals).isPresent()
                                    && !tree.has("rollingUpdate")
                            ? tree.with("rollingUpdate", JsonObject.empty())
                            : tree;
            case "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1"
                            + ".CustomResourceDefinitionSpec" ->
                    definition(tree);
            default -> tree;
        };
    }

    private static boolean isBlank(JsonObject tree, String field) {
        return tree.text(field).filter(String::isEmpty).isPresent()
                || tree.whole(field).filter(it -> it == 0).isPresent();
    }

    private static JsonObject container(JsonObject tree) {
        if (tree.has("imagePullPolicy")) {
            return tree;
        }
        String image = tree.text("image").orElse("");
        String name = image.substring(image.lastIndexOf('/') + 1);
        boolean moving = !image.contains("@") && (!name.contains(":") || name.endsWith(":latest"));
        return tree.with("imagePullPolicy", moving ? "Always" : "IfNotPresent");
    }

    /** What is limited and not asked for is asked for. */
    private static JsonObject requests(JsonObject tree) {
        JsonObject requests = tree.object("requests");
        JsonObject limits = tree.object("limits");
        for (String name : limits.names()) {
            if (!requests.has(name)) {
                requests = requests.with(name, limits.field(name).orElse(JsonNull.NULL));
            }
        }
        return requests.isEmpty() ? tree : tree.with("requests", requests);
    }

    private static JsonObject pod(JsonObject tree) {
        JsonObject filled = tree;
        Optional<Json> account = filled.field("serviceAccountName");
        Optional<Json> older = filled.field("serviceAccount");
        if (account.isPresent()) {
            filled = filled.with("serviceAccount", account.get());
        } else if (older.isPresent()) {
            filled = filled.with("serviceAccountName", older.get());
        }
        return filled;
    }

    private static JsonObject service(JsonObject tree) {
        JsonObject filled = tree;
        String type = tree.text("type").orElse("");
        boolean external = type.equals("NodePort") || type.equals("LoadBalancer");
        if (external && !filled.has("externalTrafficPolicy")) {
            filled = filled.with("externalTrafficPolicy", "Cluster");
        }
        if ((external || type.equals("ClusterIP")) && !filled.has("internalTrafficPolicy")) {
            filled = filled.with("internalTrafficPolicy", "Cluster");
        }
        if (type.equals("LoadBalancer") && !filled.has("allocateLoadBalancerNodePorts")) {
            filled = filled.with("allocateLoadBalancerNodePorts", true);
        }
        if (filled.text("sessionAffinity").filter("ClientIP"::equals).isPresent()
                && filled.at("sessionAffinityConfig", "clientIP", "timeoutSeconds").isEmpty()) {
            filled =
                    filled.withAt(
                            Json.of(10800), "sessionAffinityConfig", "clientIP", "timeoutSeconds");
        }
        return filled;
    }

    /** Texts given for convenience become data; they are never given back. */
    private static JsonObject secret(JsonObject tree) {
        JsonObject texts = tree.object("stringData");
        if (texts.isEmpty()) {
            return tree.without("stringData");
        }
        JsonObject data = tree.object("data");
        for (Map.Entry<String, String> entry : tree.texts("stringData").entrySet()) {
            byte[] bytes = entry.getValue().getBytes(java.nio.charset.StandardCharsets.UTF_8);
            data = data.with(entry.getKey(), Base64.getEncoder().encodeToString(bytes));
        }
        return tree.with("data", data).without("stringData");
    }

    private static JsonObject namespace(JsonObject tree) {
        return tree.text("metadata", "name")
                .map(
                        name ->
                                tree.withAt(
                                        Json.of(name),
                                        "metadata",
                                        "labels",
                                        "kubernetes.io/metadata.name"))
                .orElse(tree);
    }

    private static JsonObject definition(JsonObject tree) {
        JsonObject names = tree.object("names");
        String kind = names.text("kind").orElse("");
        if (kind.isEmpty()) {
            return tree;
        }
        if (!names.has("singular")) {
            names = names.with("singular", kind.toLowerCase(Locale.ROOT));
        }
        if (!names.has("listKind")) {
            names = names.with("listKind", kind + "List");
        }
        return tree.with("names", names);
    }
}
