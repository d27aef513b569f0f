package dev.weft.dialects.openfaas;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.api.codec.MalformedException;
import dev.weft.dataplane.service.Call;
import java.io.IOException;
import java.net.URLDecoder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A request as the face reads it: its method, its path without a slash at the end, and its query.
 * Belongs to the thread that answers it.
 */
record Asked(Call call, String path, Map<String, String> query) {
    private static final int BODY_MAX = 1 << 20;

    static Asked of(Call call) {
        String path = call.path();
        while (path.length() > 1 && path.endsWith("/")) {
            path = path.substring(0, path.length() - 1);
        }
        return new Asked(call, decode(path.replace("+", "%2B")), query(call.query()));
    }

    String method() {
        return call.method();
    }

    /** A value of the query, where there is one that is not empty. */
    Optional<String> option(String name) {
        return Optional.ofNullable(query.get(name)).filter(it -> !it.isEmpty());
    }

    /** The body as an object; an empty body is an empty object. */
    JsonObject body() throws IOException {
        byte[] bytes = call.body().readNBytes(BODY_MAX + 1);
        if (bytes.length > BODY_MAX) {
            throw new FaceException(
                    413, "body-too-large", "The body has more than " + BODY_MAX + " bytes.");
        }
        if (bytes.length == 0) {
            return JsonObject.empty();
        }
        try {
            Json tree = JsonText.read(bytes);
            return tree.object()
                    .orElseThrow(
                            () ->
                                    FaceException.bad(
                                            "The body is %s (expected: a JSON object)."
                                                    .formatted(tree.typeName())));
        } catch (MalformedException e) {
            throw FaceException.bad("The body is not JSON: " + e.getMessage());
        }
    }

    private static Map<String, String> query(String text) {
        var query = new LinkedHashMap<String, String>();
        for (String pair : text.split("&")) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            query.putIfAbsent(decode(name), equals < 0 ? "" : decode(pair.substring(equals + 1)));
        }
        return query;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, UTF_8);
        } catch (IllegalArgumentException e) {
            throw FaceException.bad("The URL has a percent sign that encodes nothing: " + text);
        }
    }
}
