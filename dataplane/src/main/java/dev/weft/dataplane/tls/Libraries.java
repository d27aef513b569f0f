package dev.weft.dataplane.tls;

import dev.weft.dataplane.loop.Transport;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;

/**
 * What the first connection needs and takes long to load: the transport's library, the buffers, the
 * TLS library with its first look at itself. Any thread. Whoever starts a platform may load them
 * beside its other work; everything works without.
 */
public final class Libraries {
    private Libraries() {}

    public static void load() {
        // Else Netty asks the class path for three logging libraries first.
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
        Transport unusedTransport = Transport.best();
        PooledByteBufAllocator unusedBuffers = PooledByteBufAllocator.DEFAULT;
        TlsEngine unusedEngine = TlsEngine.best();
    }
}
