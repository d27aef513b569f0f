package dev.weft.api.openapi;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.api.kind.Kinds;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The OpenAPI documents of one set of kinds. Any thread. Each document is built once, when it is
 * first asked for, and held as bytes; make a new one when the set of kinds changes.
 */
public final class OpenApi {
    /** The content type of {@link #v2()}. */
    public static final String V2_TYPE =
            "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    /** Raised when the built-in documents change, since clients keep them by their hash. */
    private static final String BUILT_IN = "weft-1";

    private static final String V2 = "/v2";

    private final Kinds kinds;
    private final Map<String, byte[]> documents = new ConcurrentHashMap<>();

    public OpenApi(Kinds kinds) {
        this.kinds = kinds;
    }

    /** The answer to {@code GET /openapi/v3}: where the documents are. */
    public byte[] index() {
        var paths = JsonObject.builder();
        for (String group : kinds.groups()) {
            for (String version : kinds.versions(group)) {
                String path = root(group, version);
                paths.put(
                        path,
                        JsonObject.of(
                                "serverRelativeURL",
                                Json.of(
                                        "/openapi/v3/"
                                                + path
                                                + "?hash="
                                                + hash(kinds.in(group, version)))));
            }
        }
        return JsonText.writeBytes(JsonObject.of("paths", paths.build()));
    }

    /**
     * The answer to {@code GET /openapi/v3/PATH}.
     *
     * @param path {@code api/v1} or {@code apis/GROUP/VERSION}
     */
    public Optional<byte[]> v3(String path) {
        byte[] known = documents.get(path);
        if (known != null) {
            return Optional.of(known);
        }
        for (String group : kinds.groups()) {
            for (String version : kinds.versions(group)) {
                if (root(group, version).equals(path)) {
                    JsonObject document = document(kinds.in(group, version));
                    return Optional.of(
                            documents.computeIfAbsent(path, it -> JsonText.writeBytes(document)));
                }
            }
        }
        return Optional.empty();
    }

    /** The answer to {@code GET /openapi/v2}, always protobuf. */
    public byte[] v2() {
        return documents.computeIfAbsent(
                V2,
                it -> {
                    List<Kinds.Found> all =
                            kinds.groups().stream()
                                    .flatMap(
                                            group ->
                                                    kinds.versions(group).stream()
                                                            .flatMap(
                                                                    v ->
                                                                            kinds
                                                                                    .in(group, v)
                                                                                    .stream()))
                                    .toList();
                    return V2Document.write(document(all));
                });
    }

    static String root(String group, String version) {
        return group.isEmpty() ? "api/" + version : "apis/" + group + "/" + version;
    }

    private static JsonObject document(List<Kinds.Found> kinds) {
        var components = new Components();
        components.addMeta("Status");
        components.addMeta("DeleteOptions");
        var paths = JsonObject.builder();
        for (Kinds.Found found : kinds) {
            Operations.add(found, components.add(found), paths);
        }
        return JsonObject.builder()
                .put("openapi", "3.0.0")
                .put("info", JsonObject.of("title", Json.of("Weft")).with("version", "v0.1.0"))
                .put("paths", paths.build())
                .put("components", JsonObject.of("schemas", components.all()))
                .build();
    }

    /** The same for the same kinds, so that clients may keep what they have. */
    private static String hash(List<Kinds.Found> kinds) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Kinds.Found found : kinds) {
                String what =
                        BUILT_IN
                                + found.kind().names()
                                + found.kind().namespaced()
                                + found.version().surface()
                                + found.version().schema().source();
                digest.update(what.getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest()).toUpperCase(Locale.ROOT);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
