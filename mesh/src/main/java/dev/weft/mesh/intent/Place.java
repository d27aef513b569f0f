package dev.weft.mesh.intent;

import dev.weft.api.model.Key;
import java.util.Set;

/** Where requests come by. */
public sealed interface Place {
    /**
     * A listener of a Gateway.
     *
     * @param hostnames for which of its names; never empty
     */
    record Door(Key gateway, String section, Set<String> hostnames) implements Place {
        public Door {
            hostnames = Set.copyOf(hostnames);
            if (hostnames.isEmpty()) {
                throw new IllegalArgumentException("hostnames: none (expected: one, if only *)");
            }
        }
    }

    /**
     * A Service's own address and host names.
     *
     * @param port 0 for each of its ports
     * @param callers the namespace whose workloads are meant; empty for everybody
     */
    record Callee(Key service, int port, String callers) implements Place {}
}
