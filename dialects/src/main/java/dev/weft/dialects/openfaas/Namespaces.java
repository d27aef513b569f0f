package dev.weft.dialects.openfaas;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Deletion;
import dev.weft.api.client.Query;
import dev.weft.api.client.Reason;
import dev.weft.api.client.ResourceClient;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import java.util.TreeSet;

/** The namespaces that hold functions, or are marked for them. Any thread. */
final class Namespaces {
    private final ResourceClient client;
    private final String defaultNamespace;

    Namespaces(ResourceClient client, String defaultNamespace) {
        this.client = client;
        this.defaultNamespace = defaultNamespace;
    }

    JsonArray list() {
        var names = new TreeSet<String>();
        names.add(defaultNamespace);
        client.list(Types.NAMESPACE, Query.all()).items().stream()
                .filter(Namespaces::isMarked)
                .forEach(it -> names.add(it.name()));
        client.list(Types.DEPLOYMENT, Query.all().withLabels(Labels.FUNCTION)).items().stream()
                .filter(Functions::isFunction)
                .forEach(it -> names.add(it.namespace()));
        return JsonArray.ofTexts(names.stream().toList());
    }

    JsonObject describe(String name) {
        Resource namespace = require(name);
        return JsonObject.builder()
                .put("name", name)
                .put("labels", namespace.tree().object("metadata", "labels"))
                .put("annotations", namespace.tree().object("metadata", "annotations"))
                .build();
    }

    void create(JsonObject asked) {
        String name = asked.text("name").orElse("");
        FunctionDeployment.checkNamespace(name);
        try {
            client.create(Types.NAMESPACE, marked(Resource.of(Types.NAMESPACE, "", name), asked));
        } catch (ApiException e) {
            if (e.is(Reason.ALREADY_EXISTS)) {
                throw new FaceException(
                        409, "namespace-exists", "Namespace " + name + " exists already.");
            }
            throw e;
        }
    }

    void update(String name, JsonObject asked) {
        client.update(Types.NAMESPACE, marked(requireMarked(name), asked));
    }

    void delete(String name) {
        requireMarked(name);
        client.delete(Types.NAMESPACE, new Key("", name), Deletion.background());
    }

    private Resource require(String name) {
        return client.get(Types.NAMESPACE, new Key("", name))
                .orElseThrow(
                        () ->
                                FaceException.notFound(
                                        "unknown-namespace",
                                        "There is no namespace " + name + "."));
    }

    /** Only what is marked for functions may be changed here: not the platform's own. */
    private Resource requireMarked(String name) {
        Resource namespace = require(name);
        if (!isMarked(namespace) || name.equals(defaultNamespace)) {
            throw new FaceException(
                    403,
                    "not-a-function-namespace",
                    "Namespace %s cannot be changed here (expected: one made with label or"
                                    .formatted(name)
                            + " annotation openfaas=1).");
        }
        return namespace;
    }

    private static Resource marked(Resource base, JsonObject asked) {
        JsonObject labels = asked.object("labels");
        JsonObject annotations = asked.object("annotations");
        Resource wanted =
                base.withAt(labels, "metadata", "labels")
                        .withAt(annotations, "metadata", "annotations");
        return isMarked(wanted)
                ? wanted
                : wanted.withAt(Json.of("1"), "metadata", "labels", Labels.NAMESPACE_MARK);
    }

    private static boolean isMarked(Resource namespace) {
        String label = namespace.labels().getOrDefault(Labels.NAMESPACE_MARK, "");
        String annotation = namespace.annotation(Labels.NAMESPACE_MARK).orElse("");
        return isTrue(label) || isTrue(annotation);
    }

    private static boolean isTrue(String mark) {
        return mark.equals("1") || mark.equals("true");
    }
}
