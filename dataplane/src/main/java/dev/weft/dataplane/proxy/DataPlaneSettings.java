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
 */
public record DataPlaneSettings(
        List<InetSocketAddress> edges, int loops, ServerLimits limits, long seed, Means means) {
    /**
     * What it works with.
     *
     * @param tls empty: the best that loads, loaded when it is first needed
     * @param bufferBytesMax what all bytes under way may hold together; 0: half of the memory that
     *     may be allocated outside of the heap
     */
    public record Means(Transport transport, Optional<TlsEngine> tls, long bufferBytesMax) {
        public Means {
            if (bufferBytesMax < 0) {
                throw new IllegalArgumentException(
                        "bufferBytesMax: " + bufferBytesMax + " (expected: >= 0)");
            }
        }

        /** The best that there is here. */
        public static Means best() {
            return new Means(Transport.best(), Optional.empty(), 0);
        }
    }

    public DataPlaneSettings {
        edges = List.copyOf(edges);
        if (loops < 1 || loops > 256) {
            throw new IllegalArgumentException("loops: " + loops + " (expected: 1 to 256)");
        }
    }

    /** With the best transport and TLS that there are here. */
    public DataPlaneSettings(
            List<InetSocketAddress> edges, int loops, ServerLimits limits, long seed) {
        this(edges, loops, limits, seed, Means.best());
    }

    public DataPlaneSettings with(Transport other, TlsEngine engine) {
        var next = new Means(other, Optional.of(engine), means.bufferBytesMax());
        return new DataPlaneSettings(edges, loops, limits, seed, next);
    }

    public DataPlaneSettings withBuffers(long bytesMax) {
        var next = new Means(means.transport(), means.tls(), bytesMax);
        return new DataPlaneSettings(edges, loops, limits, seed, next);
    }
}
