package dev.weft.mesh.intent;

import java.util.List;

/**
 * Connections that come by one of the places are shared out as they are; by the server name that
 * the client asks for where the place is a door with TLS.
 */
public record ConnectionRule(
        Source source, String rule, List<Place.Door> doors, List<HttpRule.Part> parts)
        implements Intent {
    public ConnectionRule {
        doors = List.copyOf(doors);
        parts = List.copyOf(parts);
    }
}
