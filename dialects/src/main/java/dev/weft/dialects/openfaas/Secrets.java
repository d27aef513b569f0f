package dev.weft.dialects.openfaas;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import java.util.Base64;
import java.util.Optional;

/** Secrets of one value each, whose names are read and never their values. Any thread. */
final class Secrets {
    private final ResourceClient client;
    private final String defaultNamespace;

    Secrets(ResourceClient client, String defaultNamespace) {
        this.client = client;
        this.defaultNamespace = defaultNamespace;
    }

    JsonArray list(String namespace) {
        return JsonArray.of(
                client.list(Types.SECRET, Query.in(namespace)).items().stream()
                        .filter(Secrets::isPlain)
                        .map(
                                it ->
                                        JsonObject.of("name", Json.of(it.name()))
                                                .with("namespace", it.namespace()))
                        .toList());
    }

    void create(JsonObject asked) {
        Key key = key(asked);
        Resource secret =
                Resource.of(Types.SECRET, key.namespace(), key.name())
                        .with("type", Json.of("Opaque"))
                        .with("data", data(asked, key));
        try {
            client.create(Types.SECRET, secret);
        } catch (ApiException e) {
            if (e.is(Reason.ALREADY_EXISTS)) {
                throw new FaceException(409, "secret-exists", "Secret " + key + " exists already.");
            }
            throw e;
        }
    }

    void update(JsonObject asked) {
        Key key = key(asked);
        client.update(
                Types.SECRET,
                require(key)
                        .with("data", data(asked, key))
                        .withoutAt("metadata", "resourceVersion"));
    }

    void delete(JsonObject asked) {
        Key key = key(asked);
        require(key);
        client.delete(Types.SECRET, key, Deletion.background());
    }

    private Resource require(Key key) {
        return client.get(Types.SECRET, key)
                .filter(Secrets::isPlain)
                .orElseThrow(
                        () ->
                                FaceException.notFound(
                                        "unknown-secret", "There is no secret " + key + "."));
    }

    private static boolean isPlain(Resource secret) {
        return secret.tree().text("type").orElse("Opaque").equals("Opaque");
    }

    private Key key(JsonObject asked) {
        String name = asked.text("name").orElse("");
        if (!FunctionDeployment.isSubdomain(name)) {
            throw FaceException.bad("name: \"%s\" (expected: a secret's name)".formatted(name));
        }
        String namespace =
                asked.text("namespace").filter(it -> !it.isEmpty()).orElse(defaultNamespace);
        FunctionDeployment.checkNamespace(namespace);
        return new Key(namespace, name);
    }

    private static JsonObject data(JsonObject asked, Key key) {
        Optional<String> raw = asked.text("rawValue").filter(it -> !it.isEmpty());
        String value = asked.text("value").orElse("");
        String encoded =
                raw.orElseGet(() -> Base64.getEncoder().encodeToString(value.getBytes(UTF_8)));
        try {
            Base64.getDecoder().decode(encoded);
        } catch (IllegalArgumentException e) {
            throw FaceException.bad("rawValue: not base64");
        }
        return JsonObject.of(key.name(), Json.of(encoded));
    }
}
