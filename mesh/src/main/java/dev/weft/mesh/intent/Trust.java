package dev.weft.mesh.intent;

import dev.weft.api.model.Key;
import java.util.List;
import java.util.Set;

/**
 * The endpoints of a Service are spoken to with TLS.
 *
 * @param portName one port; empty for each of them
 * @param authorities ConfigMaps with {@code ca.crt}; none: whom the machine trusts
 * @param names of which one must stand in the certificate instead of the server name; none: the
 *     server name itself
 */
public record Trust(
        Source source,
        Key service,
        String portName,
        String serverName,
        List<Key> authorities,
        Set<String> names)
        implements Intent {
    public Trust {
        authorities = List.copyOf(authorities);
        names = Set.copyOf(names);
    }
}
