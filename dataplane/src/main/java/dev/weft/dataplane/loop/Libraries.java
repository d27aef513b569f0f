package dev.weft.dataplane.loop;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.handler.ssl.OpenSsl;

/**
 * What the first connection needs and takes long to load: the transport's library, the buffers, the
 * TLS library with its first look at itself. Any thread. Whoever starts a platform may load them
 * beside its other work; everything works without.
 */
public final class Libraries {
    private Libraries() {}

    public static void load() {
        Transport unused = Transport.best();
        int arenas = PooledByteBufAllocator.DEFAULT.metric().numDirectArenas();
        boolean unusedToo = arenas >= 0 && OpenSsl.isAvailable();
    }
}
