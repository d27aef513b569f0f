package dev.weft.dataplane.route;

/** Header fields whose values are new for each request, set on it and on its answer alike. */
public enum Marks {
    NONE,
    /**
     * {@code x-call-id}, which is kept where the caller sent one, and {@code x-start-time}, in
     * nanoseconds since 1970.
     */
    CALL
}
