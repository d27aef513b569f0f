package dev.weft.dataplane.tls;

import dev.weft.foundation.fault.Faults;
import dev.weft.foundation.task.OwnThread;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import java.util.concurrent.atomic.AtomicBoolean;

/** What encrypts. Any thread. */
public enum TlsEngine {
    /** Its native library is loaded when the first context is made: a third of a second. */
    BORINGSSL(SslProvider.OPENSSL_REFCNT),
    /** Part of every Java: a full handshake costs three times as much, bytes cost the same. */
    JDK(SslProvider.JDK);

    private static final AtomicBoolean LOADING = new AtomicBoolean();
    private static volatile boolean loaded;

    private final SslProvider provider;

    TlsEngine(SslProvider provider) {
        this.provider = provider;
    }

    SslProvider provider() {
        return provider;
    }

    /** BoringSSL where its library loads; waits for that. Never on an event loop. */
    public static TlsEngine best() {
        loaded |= OpenSsl.isAvailable();
        return loaded ? BORINGSSL : JDK;
    }

    /**
     * What can be used without waiting: the JDK's until BoringSSL has been loaded, which the first
     * call begins on a thread of its own. For listeners that may not delay the platform's start.
     */
    static TlsEngine atHand(Faults faults) {
        if (!loaded && LOADING.compareAndSet(false, true)) {
            OwnThread.start("weft-tls-load", faults, TlsEngine::best);
        }
        return loaded ? BORINGSSL : JDK;
    }
}
