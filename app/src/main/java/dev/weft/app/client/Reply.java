package dev.weft.app.client;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.api.codec.MalformedException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * An answer of the API.
 *
 * @param warnings what the API wants a person to know beside it
 * @param closes whether the server ends the connection behind it
 * @param body its bytes, as they come
 */
public record Reply(int status, List<String> warnings, boolean closes, InputStream body) {
    public Reply {
        warnings = List.copyOf(warnings);
    }

    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /** The whole body, as an object. */
    public JsonObject json() throws IOException {
        byte[] bytes = body.readAllBytes();
        try {
            Json json = JsonText.read(bytes);
            return ApiConnection.object(json);
        } catch (MalformedException e) {
            throw new IOException("the answer is no JSON: " + e.getMessage(), e);
        }
    }
}
