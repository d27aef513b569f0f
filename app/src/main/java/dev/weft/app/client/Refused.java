package dev.weft.app.client;

import dev.weft.api.codec.JsonObject;
import java.io.IOException;

/** A refusal by the API, with what it said. */
public final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;
    private final String reason;

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
                status.text("message").orElse("HTTP status " + reply.status()));
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
