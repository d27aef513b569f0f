package dev.weft.dataplane.proxy;

import dev.weft.dataplane.http.ServerLimits;
import dev.weft.dataplane.loop.Transport;
import dev.weft.dataplane.tls.TlsEngine;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * What a data plane is started with.
 *
 * @param edges addresses of the edge, HTTP in clear; port 0 chooses one
 * @param loops how many event loops, usually one for each core
 * @param seed where chance begins
 * @param tls empty: the best that loads, loaded when it is first needed
 */
public record DataPlaneSettings(
        List<InetSocketAddress> edges,
        int loops,
        ServerLimits limits,
        long seed,
        Transport transport,
        Optional<TlsEngine> tls) {
    public DataPlaneSettings {
        edges = List.copyOf(edges);
        if (loops < 1 || loops > 256) {
            throw new IllegalArgumentException("loops: " + loops + " (expected: 1 to 256)");
        }
    }

    /** With the best transport and TLS that there are here. */
    public DataPlaneSettings(
            List<InetSocketAddress> edges, int loops, ServerLimits limits, long seed) {
        this(edges, loops, limits, seed, Transport.best(), Optional.empty());
    }

    public DataPlaneSettings with(Transport other, TlsEngine engine) {
        return new DataPlaneSettings(edges, loops, limits, seed, other, Optional.of(engine));
    }
}
