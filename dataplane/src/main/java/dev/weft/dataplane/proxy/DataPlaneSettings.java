package dev.weft.dataplane.proxy;

import dev.weft.dataplane.http.ServerLimits;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * What a data plane is started with.
 *
 * @param edges addresses of the edge, HTTP in clear; port 0 chooses one
 * @param loops how many event loops, usually one for each core
 * @param seed where chance begins
 */
public record DataPlaneSettings(
        List<InetSocketAddress> edges, int loops, ServerLimits limits, long seed) {
    public DataPlaneSettings {
        edges = List.copyOf(edges);
        if (loops < 1 || loops > 256) {
            throw new IllegalArgumentException("loops: " + loops + " (expected: 1 to 256)");
        }
    }
}
