package dev.weft.api.request;

import dev.weft.api.client.ApiException;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.api.codec.Yaml;
import dev.weft.dataplane.http.Headers;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;

/** Writes answers down. Belongs to the thread of the request. */
final class Answers {
    /** A longer list goes out piece by piece, so that it never stands in memory as one text. */
    private static final int STREAMED_FROM = 200;

    private static final byte[] NO_BODY = new byte[0];

    private Answers() {}

    static void tree(Request request, int status, JsonObject tree) throws IOException {
        bytes(request, status, request.accepted().encoding().type(), body(request, tree));
    }

    static void bytes(Request request, int status, String type, byte[] body) throws IOException {
        Headers headers = headers(request, type);
        request.call().answer(status, headers, isHead(request) ? NO_BODY : body);
    }

    static void plain(Request request, int status, String text) throws IOException {
        bytes(request, status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    static void refusal(Request request, ApiException refusal) throws IOException {
        JsonObject status = refusal.status();
        Headers headers = headers(request, request.accepted().encoding().type());
        long seconds = refusal.details().whole("retryAfterSeconds").orElse(0L);
        if (seconds > 0) {
            headers = headers.with("retry-after", Long.toString(seconds));
        }
        byte[] body = body(request, status);
        request.call().answer(refusal.code(), headers, isHead(request) ? NO_BODY : body);
    }

    /**
     * A list: its head, then the items of one field one after the other.
     *
     * @param count how many items there are
     */
    static void list(
            Request request, JsonObject head, String field, int count, Iterable<JsonObject> items)
            throws IOException {
        if (count < STREAMED_FROM
                || request.accepted().encoding() != Accepted.Encoding.JSON
                || isHead(request)
                || isPretty(request)) {
            var all = new ArrayList<Json>(count);
            items.forEach(all::add);
            tree(request, 200, head.with(field, JsonArray.of(all)));
            return;
        }
        Headers headers = headers(request, request.accepted().encoding().type());
        try (OutputStream out = request.call().stream(200, headers)) {
            JsonText.writeList(head, field, items, out);
        }
    }

    static Headers headers(Request request, String type) {
        Headers headers =
                Headers.of("content-type", type).with("cache-control", "no-cache, private");
        for (String warning : request.warnings().texts()) {
            headers = headers.with("warning", "299 - " + quoted(warning));
        }
        return headers;
    }

    private static byte[] body(Request request, Json tree) {
        return switch (request.accepted().encoding()) {
            case JSON ->
                    isPretty(request)
                            ? (JsonText.writePretty(tree) + "\n").getBytes(StandardCharsets.UTF_8)
                            : JsonText.writeLine(tree);
            case YAML -> Yaml.write(tree).getBytes(StandardCharsets.UTF_8);
        };
    }

    /** As people who look with their own eyes get it without asking. */
    private static boolean isPretty(Request request) {
        if (request.params().has("pretty")) {
            return request.params().flag("pretty");
        }
        String agent = request.call().headers().first("user-agent").orElse("");
        return agent.startsWith("curl/") || agent.startsWith("Mozilla/");
    }

    private static boolean isHead(Request request) {
        return request.method().equals("HEAD");
    }

    /** A text between quotation marks that fits a header field. */
    private static String quoted(String text) {
        var quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ' || c == 0x7f) {
                quoted.append(' ');
            } else if (c > 0x7e) {
                quoted.append('?');
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
