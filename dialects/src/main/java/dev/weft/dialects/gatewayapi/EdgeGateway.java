package dev.weft.dialects.gatewayapi;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import dev.weft.dialects.gatewayapi.rule.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The GatewayClass and the Gateway that are there from the start, and come again. Pure. */
final class EdgeGateway {
    private EdgeGateway() {}

    static Resource gatewayClass() {
        return Resource.of(Types.GATEWAY_CLASS, "", Words.CLASS)
                .withSpec(
                        JsonObject.builder()
                                .put("controllerName", Words.CONTROLLER)
                                .put("description", "The edge of this platform.")
                                .build());
    }

    static Resource gateway(int port) {
        JsonObject listener =
                JsonObject.builder()
                        .put("name", Words.EDGE_LISTENER)
                        .put("port", port)
                        .put("protocol", "HTTP")
                        .put(
                                "allowedRoutes",
                                JsonObject.of("namespaces", JsonObject.of("from", Json.of("All"))))
                        .build();
        return Resource.of(Types.GATEWAY, Words.EDGE.namespace(), Words.EDGE.name())
                .withSpec(
                        JsonObject.builder()
                                .put("gatewayClassName", Words.CLASS)
                                .put("listeners", JsonArray.of(listener))
                                .build());
    }

    /** The Gateway with the port that the edge has now, where it names another. */
    static Optional<Resource> moved(Resource edge, int port) {
        List<JsonObject> listeners = edge.spec().array("listeners").objects();
        var moved = new ArrayList<Json>();
        boolean differs = false;
        for (JsonObject listener : listeners) {
            boolean own = listener.text("name").orElse("").equals(Words.EDGE_LISTENER);
            boolean other = own && listener.whole("port").orElse(0L) != port;
            differs |= other;
            moved.add(other ? listener.with("port", port) : listener);
        }
        return differs
                ? Optional.of(edge.withAt(JsonArray.of(moved), "spec", "listeners"))
                : Optional.empty();
    }
}
