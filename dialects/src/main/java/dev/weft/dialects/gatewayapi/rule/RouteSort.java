package dev.weft.dialects.gatewayapi.rule;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.ResourceType;
import dev.weft.api.model.Types;
import dev.weft.mesh.intent.Opening.Protocol;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** The sorts of routes, and what listeners they fit. */
public enum RouteSort {
    HTTP(Types.HTTP_ROUTE, Set.of(Protocol.HTTP, Protocol.HTTPS)),
    GRPC(Types.GRPC_ROUTE, Set.of(Protocol.HTTP, Protocol.HTTPS)),
    TLS(Types.TLS_ROUTE, Set.of(Protocol.TLS)),
    TCP(Types.TCP_ROUTE, Set.of(Protocol.TCP, Protocol.TLS));

    private final ResourceType type;
    private final Set<Protocol> protocols;

    RouteSort(ResourceType type, Set<Protocol> protocols) {
        this.type = type;
        this.protocols = protocols;
    }

    public ResourceType type() {
        return type;
    }

    public String kind() {
        return type.kind();
    }

    public boolean hasHostnames() {
        return this != TCP;
    }

    /** The sorts that a listener takes where it does not say which; TCP only with TCP itself. */
    public static List<RouteSort> usual(Protocol protocol) {
        return Arrays.stream(values())
                .filter(it -> it.protocols.contains(protocol))
                .filter(it -> it != TCP || protocol == Protocol.TCP)
                .toList();
    }

    public boolean fits(Protocol protocol) {
        return protocols.contains(protocol);
    }

    public static List<RouteSort> named(JsonObject kind) {
        if (!kind.text("group").orElse(Words.GROUP).equals(Words.GROUP)) {
            return List.of();
        }
        String name = kind.text("kind").orElse("");
        return Arrays.stream(values()).filter(it -> it.kind().equals(name)).toList();
    }
}
