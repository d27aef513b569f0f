package dev.weft.dialects.openfaas;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonText;
import dev.weft.dataplane.http.Headers;
import dev.weft.dataplane.route.Refusal;
import dev.weft.dataplane.service.Call;
import java.io.IOException;
import java.util.List;

/** The forms of the face's answers. */
final class Answers {
    private static final String TYPE = "content-type";
    private static final String TEXT = "text/plain; charset=utf-8";

    private Answers() {}

    static void json(Call call, int status, Json body) throws IOException {
        call.answer(status, Headers.of(TYPE, "application/json"), JsonText.writeBytes(body));
    }

    static void text(Call call, int status, String body) throws IOException {
        call.answer(status, Headers.of(TYPE, TEXT), body.getBytes(UTF_8));
    }

    /** Says that it was done, and what of it has no effect. */
    static void accepted(Call call, List<String> warnings) throws IOException {
        Headers headers = Headers.of(TYPE, TEXT);
        for (String warning : warnings) {
            headers = headers.with("warning", "299 - \"" + quoted(warning) + "\"");
        }
        String body = warnings.isEmpty() ? "" : String.join("\n", warnings) + "\n";
        call.answer(202, headers, body.getBytes(UTF_8));
    }

    static void refusal(Call call, FaceException refusal) throws IOException {
        call.refuse(new Refusal(refusal.status(), refusal.causeWord(), "", refusal.sentence()));
    }

    static void unauthorized(Call call) throws IOException {
        call.answer(
                401,
                Headers.of(TYPE, TEXT)
                        .with("www-authenticate", "Basic realm=\"Restricted\"")
                        .with("weft-cause", "invalid-credentials"),
                "invalid credentials".getBytes(UTF_8));
    }

    private static String quoted(String text) {
        var quoted = new StringBuilder();
        text.chars()
                .forEach(
                        c -> {
                            if (c == '"' || c == '\\') {
                                quoted.append('\\');
                            }
                            quoted.append(c < ' ' || c >= 127 ? '?' : (char) c);
                        });
        return quoted.toString();
    }
}
