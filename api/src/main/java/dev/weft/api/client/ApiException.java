package dev.weft.api.client;

import dev.weft.api.codec.JsonObject;
import java.util.Optional;

/**
 * A refusal by the API, with the code, the reason and the message that a Kubernetes API gives.
 * Callers that can go on ask for {@link #reason}.
 */
public final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Reason reason;
    private final transient JsonObject details;

    public ApiException(Reason reason, String message) {
        this(reason, message, JsonObject.empty());
    }

    /**
     * @param details the {@code details} of the Status object: name, group, kind, causes, and after
     *     how many seconds to try again
     */
    public ApiException(Reason reason, String message, JsonObject details) {
        super(message, null, false, true);
        this.reason = reason;
        this.details = details;
    }

    public Reason reason() {
        return reason;
    }

    public int code() {
        return reason.code();
    }

    public JsonObject details() {
        return details;
    }

    public boolean is(Reason other) {
        return reason == other;
    }

    /**
     * Whether asking again may help. Of a write that failed so nobody knows whether it was carried
     * out.
     */
    public boolean isPassing() {
        return switch (reason) {
            case TIMEOUT, CLOSED, SERVICE_UNAVAILABLE, INTERNAL_ERROR, TOO_MANY_REQUESTS -> true;
            case BAD_REQUEST,
                    UNAUTHORIZED,
                    FORBIDDEN,
                    NOT_FOUND,
                    METHOD_NOT_ALLOWED,
                    NOT_ACCEPTABLE,
                    ALREADY_EXISTS,
                    CONFLICT,
                    GONE,
                    EXPIRED,
                    TOO_LARGE,
                    UNSUPPORTED_MEDIA_TYPE,
                    INVALID,
                    NOT_IMPLEMENTED,
                    INSUFFICIENT_STORAGE ->
                    false;
        };
    }

    /** The Status object that a client over HTTP is sent. */
    public JsonObject status() {
        var status =
                JsonObject.builder()
                        .put("kind", "Status")
                        .put("apiVersion", "v1")
                        .put("metadata", JsonObject.empty())
                        .put("status", "Failure")
                        .put("message", Optional.ofNullable(getMessage()).orElse(""));
        if (!reason.word().isEmpty()) {
            status.put("reason", reason.word());
        }
        if (!details.isEmpty()) {
            status.put("details", details);
        }
        return status.put("code", reason.code()).build();
    }
}
