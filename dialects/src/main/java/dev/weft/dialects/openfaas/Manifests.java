package dev.weft.dialects.openfaas;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.api.codec.MalformedException;
import dev.weft.api.model.OwnerReference;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A function as the resources that run it: pure functions in both directions. Any thread. */
final class Manifests {
    /** The image that is empty, so that the command is a program of the machine. */
    static final String HOST_IMAGE = "weft.dev/host";

    private static final String PROCESS = "fprocess";
    private static final String SECRETS_PATH = "/var/openfaas/secrets";
    private static final String KEPT_ANNOTATIONS = "deployment.kubernetes.io/";

    private Manifests() {}

    /**
     * The Deployment that runs a function.
     *
     * @param before what is there, of which status, scale and revision are kept
     */
    static Resource deployment(FunctionDeployment function, Optional<Resource> before) {
        var annotations = new LinkedHashMap<String, String>();
        before.ifPresent(
                it ->
                        it.annotations()
                                .forEach(
                                        (name, value) -> {
                                            if (name.startsWith(KEPT_ANNOTATIONS)) {
                                                annotations.put(name, value);
                                            }
                                        }));
        annotations.putAll(function.annotations());
        putList(annotations, Labels.CONSTRAINTS, function.constraints());
        putList(annotations, Labels.SECRETS, function.secrets());
        long replicas =
                before.flatMap(it -> it.tree().whole("spec", "replicas"))
                        .map(now -> scaleWithin(function.labels(), now))
                        .orElseGet(() -> scaleWithin(function.labels(), 0));
        JsonObject spec =
                JsonObject.builder()
                        .put("replicas", replicas)
                        .put("selector", JsonObject.of("matchLabels", mark(function.service())))
                        .put(
                                "strategy",
                                JsonObject.builder()
                                        .put("type", "RollingUpdate")
                                        .put(
                                                "rollingUpdate",
                                                JsonObject.of("maxUnavailable", Json.of(0))
                                                        .with("maxSurge", 1))
                                        .build())
                        .put("template", template(function))
                        .build();
        Resource base =
                before.orElseGet(
                        () ->
                                Resource.of(
                                        Types.DEPLOYMENT,
                                        function.namespace(),
                                        function.service()));
        return base.withAt(texts(labels(function)), "metadata", "labels")
                .withAt(texts(annotations), "metadata", "annotations")
                .withSpec(spec);
    }

    /** The name under which a function's pods are reached. */
    static Resource service(FunctionDeployment function, Resource deployment) {
        JsonObject port =
                JsonObject.builder()
                        .put("name", "http")
                        .put("port", Labels.PORT)
                        .put("targetPort", Labels.PORT)
                        .put("protocol", "TCP")
                        .build();
        return Resource.of(Types.SERVICE, function.namespace(), function.service())
                .withLabels(Map.of(Labels.FUNCTION, function.service()))
                .withOwner(OwnerReference.controlledBy(deployment))
                .withSpec(
                        JsonObject.builder()
                                .put("selector", mark(function.service()))
                                .put("ports", JsonArray.of(port))
                                .build());
    }

    private static JsonObject template(FunctionDeployment function) {
        var annotations = new LinkedHashMap<>(function.annotations());
        annotations.putIfAbsent("prometheus.io.scrape", "false");
        var spec = JsonObject.builder();
        JsonObject container = container(function);
        if (!function.secrets().isEmpty()) {
            List<JsonObject> sources =
                    function.secrets().stream()
                            .map(
                                    name ->
                                            JsonObject.of(
                                                    "secret", JsonObject.of("name", Json.of(name))))
                            .toList();
            spec.put(
                    "volumes",
                    JsonArray.of(
                            JsonObject.of("name", Json.of("secrets"))
                                    .with(
                                            "projected",
                                            JsonObject.of("sources", JsonArray.of(sources)))));
            container =
                    container.with(
                            "volumeMounts",
                            JsonArray.of(
                                    JsonObject.builder()
                                            .put("name", "secrets")
                                            .put("mountPath", SECRETS_PATH)
                                            .put("readOnly", true)
                                            .build()));
        }
        spec.put("containers", JsonArray.of(container));
        JsonObject nodes = nodeSelector(function.constraints());
        if (!nodes.isEmpty()) {
            spec.put("nodeSelector", nodes);
        }
        return JsonObject.builder()
                .put(
                        "metadata",
                        JsonObject.of("labels", texts(labels(function)))
                                .with("annotations", texts(annotations)))
                .put("spec", spec.build())
                .build();
    }

    private static JsonObject container(FunctionDeployment function) {
        var environment = new ArrayList<Json>();
        if (!function.envProcess().isEmpty()) {
            environment.add(variable(PROCESS, function.envProcess()));
        }
        function.envVars().forEach((name, value) -> environment.add(variable(name, value)));
        var container =
                JsonObject.builder()
                        .put("name", function.service())
                        .put("image", function.image())
                        .put(
                                "ports",
                                JsonArray.of(
                                        JsonObject.of("name", Json.of("http"))
                                                .with("containerPort", Labels.PORT)
                                                .with("protocol", "TCP")))
                        .put("env", JsonArray.of(environment));
        if (function.image().equals(HOST_IMAGE)) {
            container.put("command", JsonArray.ofTexts(command(function)));
        }
        Probes.liveness(function.annotations()).ifPresent(it -> container.put("livenessProbe", it));
        container.put("readinessProbe", Probes.readiness(function.annotations()));
        var resources = JsonObject.builder();
        if (!function.limits().isEmpty()) {
            resources.put("limits", texts(function.limits()));
        }
        if (!function.requests().isEmpty()) {
            resources.put("requests", texts(function.requests()));
        }
        container.put("resources", resources.build());
        if (function.readOnlyRootFilesystem()) {
            container.put(
                    "securityContext", JsonObject.of("readOnlyRootFilesystem", Json.of(true)));
        }
        return container.build();
    }

    private static List<String> command(FunctionDeployment function) {
        List<String> words = Words.of(function.envProcess());
        if (words.isEmpty()) {
            throw FaceException.bad(
                    "envProcess: absent (expected: the command to run, since the image "
                            + HOST_IMAGE
                            + " is empty)");
        }
        return words;
    }

    /** Labels of nodes that the function asks for; forms that are none are left out. */
    private static JsonObject nodeSelector(List<String> constraints) {
        var selector = JsonObject.builder();
        for (String constraint : constraints) {
            String[] parts = constraint.split("==?", 2);
            if (parts.length == 2 && parts[0].strip().matches("[-A-Za-z0-9_./]+")) {
                selector.put(parts[0].strip(), parts[1].strip());
            }
        }
        return selector.build();
    }

    /** How the function stands, as clients read it. */
    static JsonObject status(Resource deployment, long invocations) {
        JsonObject pod = deployment.tree().object("spec", "template");
        List<JsonObject> containers = pod.array("spec", "containers").objects();
        JsonObject container = containers.isEmpty() ? JsonObject.empty() : containers.getFirst();
        var environment = new LinkedHashMap<String, String>();
        for (JsonObject variable : container.array("env").objects()) {
            variable.text("value")
                    .ifPresent(value -> environment.put(variable.text("name").orElse(""), value));
        }
        String process = environment.getOrDefault(PROCESS, "");
        environment.remove(PROCESS);
        var annotations = new LinkedHashMap<>(pod.texts("metadata", "annotations"));
        annotations.keySet().removeIf(name -> name.startsWith("kubectl.kubernetes.io/"));
        var status =
                JsonObject.builder()
                        .put("name", deployment.name())
                        .put("image", container.text("image").orElse(""))
                        .put("namespace", deployment.namespace());
        if (!process.isEmpty()) {
            status.put("envProcess", process);
        }
        putTexts(status, "envVars", environment);
        putStored(status, "constraints", deployment.annotation(Labels.CONSTRAINTS));
        putStored(status, "secrets", deployment.annotation(Labels.SECRETS));
        status.put("labels", texts(pod.texts("metadata", "labels")))
                .put("annotations", texts(annotations));
        putTexts(status, "limits", container.texts("resources", "limits"));
        putTexts(status, "requests", container.texts("resources", "requests"));
        container
                .flag("securityContext", "readOnlyRootFilesystem")
                .filter(it -> it)
                .ifPresent(it -> status.put("readOnlyRootFilesystem", true));
        status.put("invocationCount", invocations)
                .put("replicas", deployment.tree().whole("spec", "replicas").orElse(1L))
                .put(
                        "availableReplicas",
                        deployment.tree().whole("status", "availableReplicas").orElse(0L));
        deployment
                .tree()
                .text("metadata", "creationTimestamp")
                .ifPresent(it -> status.put("createdAt", it));
        return status.build();
    }

    /** How many replicas a function is deployed with: at least one, unless its labels say else. */
    static long scaleWithin(Map<String, String> labels, long wished) {
        return scaleWithin(labels, wished, 1);
    }

    /**
     * The wished number of replicas, kept within what the function's labels allow.
     *
     * @param leastUsually the fewest where no label says
     */
    static long scaleWithin(Map<String, String> labels, long wished, long leastUsually) {
        long least = number(labels.get(Labels.SCALE_MIN), leastUsually);
        long most = number(labels.get(Labels.SCALE_MAX), Long.MAX_VALUE);
        return Math.max(least, Math.min(wished, Math.max(most, least)));
    }

    private static long number(@Nullable String text, long otherwise) {
        return text != null && text.matches("\\d{1,6}") ? Long.parseLong(text) : otherwise;
    }

    private static Map<String, String> labels(FunctionDeployment function) {
        var labels = new LinkedHashMap<>(function.labels());
        labels.put(Labels.FUNCTION, function.service());
        return labels;
    }

    private static JsonObject mark(String name) {
        return JsonObject.of(Labels.FUNCTION, Json.of(name));
    }

    private static JsonObject variable(String name, String value) {
        return JsonObject.of("name", Json.of(name)).with("value", value);
    }

    private static void putList(Map<String, String> into, String name, List<String> values) {
        if (!values.isEmpty()) {
            into.put(name, JsonText.write(JsonArray.ofTexts(values)));
        }
    }

    private static void putStored(JsonObject.Builder into, String name, Optional<String> stored) {
        stored.flatMap(Manifests::array)
                .filter(it -> !it.isEmpty())
                .ifPresent(it -> into.put(name, it));
    }

    private static Optional<JsonArray> array(String text) {
        try {
            return JsonText.read(text).array();
        } catch (MalformedException e) {
            // Somebody has edited the annotation by hand.
            return Optional.empty();
        }
    }

    private static void putTexts(JsonObject.Builder into, String name, Map<String, String> texts) {
        if (!texts.isEmpty()) {
            into.put(name, texts(texts));
        }
    }

    private static JsonObject texts(Map<String, String> texts) {
        var builder = JsonObject.builder();
        texts.forEach(builder::put);
        return builder.build();
    }
}
