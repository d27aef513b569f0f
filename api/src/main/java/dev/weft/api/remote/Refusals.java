package dev.weft.api.remote;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Reason;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.api.codec.MalformedException;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/** What went wrong, in the words of the port. */
final class Refusals {
    private static final int TEXT_MOST = 500;

    private Refusals() {}

    /** The refusal in an answer that is none of success. */
    static ApiException of(int code, byte[] body) {
        Optional<JsonObject> status = status(body);
        if (status.isPresent()) {
            return of(status.get(), code);
        }
        String text = new String(body, StandardCharsets.UTF_8).strip();
        String shown = text.length() > TEXT_MOST ? text.substring(0, TEXT_MOST) + "…" : text;
        return new ApiException(byCode(code), shown.isEmpty() ? "HTTP status " + code : shown);
    }

    /** The refusal that a Status object tells, in an answer or in a watch. */
    static ApiException of(JsonObject status, int codeOfAnswer) {
        int code = status.whole("code").map(Long::intValue).orElse(codeOfAnswer);
        Reason reason = status.text("reason").flatMap(Reason::named).orElseGet(() -> byCode(code));
        return new ApiException(
                reason, status.text("message").orElse("HTTP status " + code), details(status));
    }

    /** What the failure of a request means: nobody knows whether it was carried out. */
    static ApiException of(Throwable failure, Duration limit) {
        if (failure instanceof HttpTimeoutException || failure instanceof TimeoutException) {
            return new ApiException(Reason.TIMEOUT, "no answer from the API within " + limit);
        }
        String message = failure.getMessage();
        return new ApiException(
                Reason.CLOSED,
                "the connection to the API failed: "
                        + (message == null ? failure.getClass().getSimpleName() : message));
    }

    private static JsonObject details(JsonObject status) {
        return status.object("details");
    }

    private static Optional<JsonObject> status(byte[] body) {
        try {
            return JsonText.read(body)
                    .object()
                    .filter(it -> it.text("kind").orElse("").equals("Status"));
        } catch (MalformedException e) {
            return Optional.empty();
        }
    }

    private static Reason byCode(int code) {
        return switch (code) {
            case 400 -> Reason.BAD_REQUEST;
            case 401 -> Reason.UNAUTHORIZED;
            case 403 -> Reason.FORBIDDEN;
            case 404 -> Reason.NOT_FOUND;
            case 405 -> Reason.METHOD_NOT_ALLOWED;
            case 406 -> Reason.NOT_ACCEPTABLE;
            case 409 -> Reason.CONFLICT;
            case 410 -> Reason.EXPIRED;
            case 413 -> Reason.TOO_LARGE;
            case 415 -> Reason.UNSUPPORTED_MEDIA_TYPE;
            case 422 -> Reason.INVALID;
            case 429 -> Reason.TOO_MANY_REQUESTS;
            case 501 -> Reason.NOT_IMPLEMENTED;
            case 502, 503 -> Reason.SERVICE_UNAVAILABLE;
            case 504 -> Reason.TIMEOUT;
            case 507 -> Reason.INSUFFICIENT_STORAGE;
            default -> code < 500 ? Reason.BAD_REQUEST : Reason.INTERNAL_ERROR;
        };
    }

    /** Whether a NotFound speaks of this object, and not of a path that the API does not know. */
    static boolean meansNoObject(ApiException e, String name) {
        return e.is(Reason.NOT_FOUND)
                && e.details().field("name").flatMap(Json::text).orElse("").equals(name);
    }
}
