package dev.weft.dataplane.http;

import dev.weft.dataplane.route.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Puts an answer that Weft makes up into the caller's language. Any thread but for the head. */
public final class Refusals {
    private static final Refusal SHED =
            new Refusal(
                            503,
                            "buffers-exhausted",
                            "",
                            "Weft has as many bytes under way as it has memory for.")
                    .withRetryAfter(1);

    private Refusals() {}

    public static Refusal bodyTooLong(long max) {
        return new Refusal(
                413,
                "body-too-large",
                "",
                "The body is longer than the " + max + " bytes that are taken here.");
    }

    public static Refusal malformed(int status, String problem) {
        return new Refusal(
                status,
                status == 400 ? "malformed-request" : "request-refused",
                "",
                "This cannot be served: " + problem + ".");
    }

    public static Refusal late(String cause, String what) {
        return new Refusal(408, cause, "", "The " + what + " took too long.");
    }

    /** There is no memory for more. */
    public static Refusal shed() {
        return SHED;
    }

    public static Refusal internal() {
        return new Refusal(500, "internal", "", "Something failed here that should not.");
    }

    /** An endpoint was asked to switch protocols, and answered as if it had not been. */
    public static Refusal notSwitched(int status) {
        return new Refusal(
                502,
                "not-switched",
                "",
                "A WebSocket was asked for, and the answer was " + status + " in place of one.");
    }

    /** Fills the answer's head and returns its body. */
    public static byte[] write(Refusal refusal, Head request, Head answer) {
        boolean json =
                request.value(FieldName.ACCEPT)
                        .map(accept -> accept.toLowerCase(Locale.ROOT))
                        .filter(a -> a.contains("application/json") || a.contains("+json"))
                        .isPresent();
        byte[] body = (json ? json(refusal) : text(refusal)).getBytes(StandardCharsets.UTF_8);
        answer.startAnswer(refusal.status());
        answer.add(FieldName.WEFT_CAUSE, refusal.cause());
        if (!refusal.object().isEmpty()) {
            answer.add(FieldName.WEFT_OBJECT, refusal.object());
        }
        answer.add(FieldName.CONTENT_TYPE, json ? "application/json" : "text/plain; charset=utf-8");
        if (refusal.retryAfterSeconds() > 0) {
            answer.add("retry-after", Integer.toString(refusal.retryAfterSeconds()));
        }
        answer.bodyLength(body.length);
        return body;
    }

    /** A sentence, and below it the word to look for. */
    private static String text(Refusal refusal) {
        return refusal.sentence() + "\n(weft-cause: " + refusal.cause() + ")\n";
    }

    private static String json(Refusal refusal) {
        var text = new StringBuilder("{\"status\":").append(refusal.status());
        text.append(",\"cause\":");
        quote(text, refusal.cause());
        text.append(",\"object\":");
        quote(text, refusal.object());
        text.append(",\"message\":");
        quote(text, refusal.sentence());
        return text.append("}\n").toString();
    }

    private static void quote(StringBuilder text, String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ') {
                text.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }
}
