package dev.weft.dataplane.tls;

import dev.weft.dataplane.loop.Transport;
import io.netty.buffer.PooledByteBufAllocator;

/**
 * What the first connection needs and takes long to load: the transport's library, the buffers, the
 * TLS library with its first look at itself. Any thread. Whoever starts a platform may load them
 * beside its other work; everything works without.
 */
public final class Libraries {
    private Libraries() {}

    public static void load() {
        Transport unusedTransport = Transport.best();
        PooledByteBufAllocator unusedBuffers = PooledByteBufAllocator.DEFAULT;
        TlsEngine unusedEngine = TlsEngine.best();
    }
}
