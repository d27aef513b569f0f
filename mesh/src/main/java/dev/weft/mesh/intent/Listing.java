package dev.weft.mesh.intent;

import dev.weft.dataplane.route.entrance.Outward;
import java.util.List;

/** Hosts outside that the outbound proxy may reach, whoever asks for them. */
public record Listing(Source source, List<Outward.Allowed> lines) implements Intent {
    public Listing {
        lines = List.copyOf(lines);
    }
}
