package dev.weft.mesh.intent;

import dev.weft.api.model.Key;
import java.util.OptionalInt;

/**
 * Requests to the edge that name no Service's host go to a Service by their path.
 *
 * @param prefix whole segments: {@code /function/echo} takes {@code /function/echo/a} and not
 *     {@code /function/echoes}; the Service does not see it
 * @param port the Service's port, its default one where none is named
 * @param stamps headers that the request and its answer carry
 */
public record PathRoute(Source source, String prefix, Key service, OptionalInt port, Stamps stamps)
        implements Intent {
    public PathRoute {
        if (!prefix.startsWith("/") || prefix.endsWith("/")) {
            throw new IllegalArgumentException(
                    "prefix: " + prefix + " (expected: /segment, without a slash at its end)");
        }
    }

    /** Which headers are added. */
    public enum Stamps {
        NONE,
        /** {@code X-Call-Id}, kept where the caller sent one, and {@code X-Start-Time}. */
        CALL
    }
}
