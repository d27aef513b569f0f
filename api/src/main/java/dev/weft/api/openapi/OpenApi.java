package dev.weft.api.openapi;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.api.kind.Kinds;
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

    private static final byte[] V2_STUB = {0x0A, 0x03, 0x32, 0x2E, 0x30};

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
                String path = group.isEmpty() ? "api/" + version : "apis/" + group + "/" + version;
                paths.put(
                        path,
                        JsonObject.of(
                                "serverRelativeURL",
                                dev.weft.api.codec.Json.of("/openapi/v3/" + path + "?hash=0")));
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
        return Optional.ofNullable(documents.get(path));
    }

    /** The answer to {@code GET /openapi/v2}, always protobuf. */
    public byte[] v2() {
        return V2_STUB.clone();
    }
}
