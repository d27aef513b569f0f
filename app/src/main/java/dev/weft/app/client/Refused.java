package dev.weft.app.client;

import dev.weft.api.codec.JsonObject;
import java.io.IOException;

/** A refusal by the API, with what it said. */
public final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;
    private final String reason;

    private static final String WHOLE_OBJECT = "patch: Invalid value: \"{";
    private static final String WHOLE_OBJECT_END = "}\": ";

    private Refused(int code, String reason, String message) {
        super(message, null, false, false);
        this.code = code;
        this.reason = reason;
    }

    /** The refusal that a reply with an error status is. */
    public static Refused by(Reply reply) throws IOException {
        JsonObject status = reply.json();
        return new Refused(
                reply.status(),
                status.text("reason").orElse(""),
                brief(status.text("message").orElse("HTTP status " + reply.status())));
    }

    /** A patch that leads nowhere is told with all that it would have led to: the why is enough. */
    private static String brief(String message) {
        int end = message.lastIndexOf(WHOLE_OBJECT_END);
        return message.contains(WHOLE_OBJECT) && end > 0
                ? message.substring(end + WHOLE_OBJECT_END.length())
                : message;
    }

    public int code() {
        return code;
    }

    /** The word for it, such as {@code NotFound}; empty where the API gave none. */
    public String reason() {
        return reason;
    }

    public boolean isNotFound() {
        return code == 404;
    }
}
