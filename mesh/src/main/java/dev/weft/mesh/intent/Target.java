package dev.weft.mesh.intent;

import dev.weft.api.model.Key;
import dev.weft.dataplane.route.Refusal;

/** What is to answer. */
public sealed interface Target {
    /**
     * A port of a Service.
     *
     * @param http2 whether its endpoints speak HTTP/2 whatever the Service says
     */
    record Port(Key service, int port, boolean http2) implements Target {}

    /** Nobody: what is named does not exist or may not be named. */
    record Nobody(String name, Refusal refusal) implements Target {}
}
