package dev.weft.dialects.openfaas;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonNull;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a client asks to be deployed: a view on what it sent, every field of which was checked when
 * this was made. Absent and null fields are empty.
 */
record FunctionDeployment(JsonObject tree, String namespace) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Pattern VARIABLE = Pattern.compile("[-._a-zA-Z][-._a-zA-Z0-9]*");

    private static final List<String> KNOWN =
            List.of(
                    "service",
                    "image",
                    "namespace",
                    "envProcess",
                    "envVars",
                    "constraints",
                    "secrets",
                    "labels",
                    "annotations",
                    "limits",
                    "requests",
                    "readOnlyRootFilesystem",
                    // accepted by every provider, and meaning nothing on one machine
                    "network",
                    "registryAuth");

    static FunctionDeployment of(JsonObject tree, String defaultNamespace) {
        String namespace = text(tree, "namespace");
        var deployment =
                new FunctionDeployment(tree, namespace.isEmpty() ? defaultNamespace : namespace);
        deployment.check();
        return deployment;
    }

    String service() {
        return text(tree, "service");
    }

    String image() {
        return text(tree, "image");
    }

    /** The command that a watchdog, or here the platform, runs. */
    String envProcess() {
        return text(tree, "envProcess");
    }

    Map<String, String> envVars() {
        return texts(tree, "envVars");
    }

    List<String> constraints() {
        return list(tree, "constraints");
    }

    List<String> secrets() {
        return list(tree, "secrets");
    }

    Map<String, String> labels() {
        return texts(tree, "labels");
    }

    Map<String, String> annotations() {
        return texts(tree, "annotations");
    }

    Map<String, String> limits() {
        return texts(tree, "limits");
    }

    Map<String, String> requests() {
        return texts(tree, "requests");
    }

    boolean readOnlyRootFilesystem() {
        return flag(tree, "readOnlyRootFilesystem");
    }

    /** Fields that nobody here knows. */
    List<String> unknown() {
        return tree.names().stream().filter(name -> !KNOWN.contains(name)).toList();
    }

    private void check() {
        checkName(service());
        if (image().isBlank()) {
            throw FaceException.bad("image: absent (expected: the name of an image)");
        }
        checkNamespace(namespace);
        for (String name : envVars().keySet()) {
            if (!VARIABLE.matcher(name).matches()) {
                throw FaceException.bad(
                        "envVars: \"%s\" (expected: the name of a variable)".formatted(name));
            }
        }
        for (String secret : secrets()) {
            if (!isSubdomain(secret)) {
                throw FaceException.bad(
                        "secrets: \"%s\" (expected: the name of a secret)".formatted(secret));
            }
        }
        // Reading a field checks its type.
        constraints();
        labels();
        annotations();
        limits();
        requests();
        readOnlyRootFilesystem();
    }

    static void checkName(String name) {
        if (!isName(name)) {
            throw FaceException.bad(
                    "service: \"%s\" (expected: at most 63 of a-z, 0-9 and -, beginning and ending"
                                    .formatted(name)
                            + " with a letter or digit)");
        }
    }

    static void checkNamespace(String namespace) {
        if (!isName(namespace)) {
            throw FaceException.bad(
                    "namespace: \"%s\" (expected: the name of a namespace)".formatted(namespace));
        }
    }

    static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    static boolean isSubdomain(String name) {
        return !name.isEmpty()
                && name.length() <= 253
                && List.of(name.split("\\.", -1)).stream().allMatch(FunctionDeployment::isName);
    }

    private static String text(JsonObject tree, String field) {
        return switch (tree.field(field).orElse(JsonNull.NULL)) {
            case JsonNull ignored -> "";
            case JsonString it -> it.value();
            case Json other -> throw wrong(field, other, "a string");
        };
    }

    private static boolean flag(JsonObject tree, String field) {
        Json value = tree.field(field).orElse(JsonNull.NULL);
        if (value == JsonNull.NULL) {
            return false;
        }
        return value.flag().orElseThrow(() -> wrong(field, value, "true or false"));
    }

    private static List<String> list(JsonObject tree, String field) {
        Json value = tree.field(field).orElse(JsonNull.NULL);
        if (value == JsonNull.NULL) {
            return List.of();
        }
        JsonArray array = value.array().orElseThrow(() -> wrong(field, value, "a list"));
        var texts = new ArrayList<String>();
        for (Json item : array) {
            texts.add(item.text().orElseThrow(() -> wrong(field, item, "strings")));
        }
        return List.copyOf(texts);
    }

    private static Map<String, String> texts(JsonObject tree, String field) {
        Json value = tree.field(field).orElse(JsonNull.NULL);
        if (value == JsonNull.NULL) {
            return Map.of();
        }
        JsonObject object = value.object().orElseThrow(() -> wrong(field, value, "an object"));
        var texts = new LinkedHashMap<String, String>();
        object.forEach(
                (name, item) ->
                        texts.put(
                                name,
                                item.text()
                                        .orElseThrow(
                                                () ->
                                                        wrong(
                                                                field + "." + name,
                                                                item,
                                                                "a string"))));
        return texts;
    }

    private static FaceException wrong(String field, Json seen, String expected) {
        return FaceException.bad(
                "%s: %s (expected: %s)".formatted(field, seen.typeName(), expected));
    }
}
