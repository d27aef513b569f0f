package dev.weft.api.request;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Patch;
import dev.weft.api.client.Reason;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.api.codec.MalformedException;
import dev.weft.api.codec.Protobuf;
import dev.weft.api.codec.Yaml;
import dev.weft.api.schema.BuiltInTypes;
import dev.weft.dataplane.service.Call;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What came with a request, read.
 *
 * @param duplicates the paths that the text gave twice
 */
record Body(Json value, List<String> duplicates) {
    private static final int BYTES_MAX = 3 << 20;
    private static final long DISCARDED_MAX = 64 << 20;
    private static final String OBJECTS =
            "application/json, application/yaml, application/vnd.kubernetes.protobuf";
    private static final String PATCHES =
            "application/json-patch+json, application/merge-patch+json,"
                    + " application/strategic-merge-patch+json";

    /**
     * The object in the body.
     *
     * @param kind what it should be, for messages
     */
    static Body read(Call call, String kind) throws IOException {
        return decode(bytes(call), type(call), kind);
    }

    private static Body decode(byte[] bytes, String type, String kind) {
        try {
            return switch (type) {
                case "", "application/json" -> json(bytes);
                case "application/yaml", "application/x-yaml", "text/yaml" -> yaml(bytes);
                case Protobuf.CONTENT_TYPE ->
                        new Body(Protobuf.decode(bytes, BuiltInTypes::message), List.of());
                default -> throw unsupported(OBJECTS);
            };
        } catch (MalformedException e) {
            throw new ApiException(
                    Reason.BAD_REQUEST,
                    "the object provided is unrecognized (must be of type %s): couldn't get version/kind; json parse error: %s"
                            .formatted(kind, e.getMessage()));
        }
    }

    /** The object in the body where there is one, an empty one where there is no body. */
    static JsonObject readIfAny(Call call, String kind) throws IOException {
        byte[] bytes = bytes(call);
        if (bytes.length == 0) {
            return JsonObject.empty();
        }
        return decode(bytes, type(call), kind).object(kind);
    }

    static Patch patch(Call call) throws IOException {
        Patch.Form form = form(type(call));
        byte[] bytes = bytes(call);
        try {
            return new Patch(
                    form,
                    bytes.length > 0 && bytes[0] != '{' && bytes[0] != '['
                            ? yaml(bytes).value()
                            : json(bytes).value());
        } catch (MalformedException e) {
            throw new ApiException(Reason.BAD_REQUEST, "error decoding patch: " + e.getMessage());
        }
    }

    /** The value where it is an object. */
    JsonObject object(String kind) {
        return value.object()
                .orElseThrow(
                        () ->
                                new ApiException(
                                        Reason.BAD_REQUEST,
                                        "the object provided is unrecognized (must be of type %s): couldn't get version/kind; json parse error: json: cannot unmarshal %s into Go value of type struct"
                                                .formatted(kind, value.typeName())));
    }

    private static Patch.Form form(String type) {
        return switch (type) {
            case "application/json-patch+json" -> Patch.Form.JSON;
            case "application/merge-patch+json" -> Patch.Form.MERGE;
            case "application/strategic-merge-patch+json" -> Patch.Form.STRATEGIC;
            case "application/apply-patch+yaml", "application/apply-patch+cbor" ->
                    throw new ApiException(
                            Reason.UNSUPPORTED_MEDIA_TYPE,
                            "server-side apply is not supported by this version of Weft: use"
                                    + " kubectl apply without --server-side, or a patch of type "
                                    + PATCHES);
            default -> throw unsupported(PATCHES);
        };
    }

    private static ApiException unsupported(String accepted) {
        return new ApiException(
                Reason.UNSUPPORTED_MEDIA_TYPE,
                "the body of the request was in an unknown format - accepted media types include: "
                        + accepted);
    }

    private static Body json(byte[] bytes) {
        var duplicates = new ArrayList<String>();
        return new Body(JsonText.read(bytes, duplicates::add), duplicates);
    }

    private static Body yaml(byte[] bytes) {
        Yaml.Document document = Yaml.readOne(bytes);
        return new Body(document.value(), document.duplicates());
    }

    private static String type(Call call) {
        String type = call.headers().first("content-type").orElse("");
        int end = type.indexOf(';');
        return (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads on for a while: a client that is still sending when the connection is closed may never
     * see the answer.
     */
    private static void discard(InputStream body) throws IOException {
        byte[] rest = new byte[16 << 10];
        long left = DISCARDED_MAX;
        for (int read = 0; read >= 0 && left > 0; left -= read) {
            read = body.read(rest);
        }
    }

    private static byte[] bytes(Call call) throws IOException {
        byte[] bytes = call.body().readNBytes(BYTES_MAX + 1);
        if (bytes.length > BYTES_MAX) {
            discard(call.body());
            throw new ApiException(
                    Reason.TOO_LARGE, "Request entity too large: limit is " + BYTES_MAX);
        }
        return bytes;
    }
}
