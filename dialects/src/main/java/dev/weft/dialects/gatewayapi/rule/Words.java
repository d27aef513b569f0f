package dev.weft.dialects.gatewayapi.rule;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Key;

/** Names that are the same everywhere. */
public final class Words {
    public static final String GROUP = "gateway.networking.k8s.io";
    public static final String CONTROLLER = "weft.dev/gateway-controller";
    public static final String CLASS = "weft";

    /** The Gateway that is there from the start. */
    public static final Key EDGE = new Key("weft-system", "edge");

    /** Its listener that is the platform's own edge. */
    public static final String EDGE_LISTENER = "http";

    /** Every name. */
    public static final String ANY = "*";

    private Words() {}

    /** Whether a reference means a kind of the core group, which it need not say. */
    public static boolean isKind(JsonObject ref, String kind) {
        return ref.text("group").orElse("").isEmpty() && ref.text("kind").orElse(kind).equals(kind);
    }
}
