package dev.weft.dialects.gatewayapi;

import dev.weft.api.model.Key;

/** Names that are the same everywhere. */
final class Words {
    static final String GROUP = "gateway.networking.k8s.io";
    static final String CONTROLLER = "weft.dev/gateway-controller";
    static final String CLASS = "weft";

    /** The Gateway that is there from the start. */
    static final Key EDGE = new Key("weft-system", "edge");

    /** Its listener that is the platform's own edge. */
    static final String EDGE_LISTENER = "http";

    /** Every name. */
    static final String ANY = "*";

    private Words() {}
}
