package dev.weft.dataplane.tls;

import dev.weft.dataplane.event.Handshakes;
import dev.weft.dataplane.route.tls.Certificate;
import dev.weft.dataplane.route.tls.TlsClient;
import dev.weft.foundation.time.Clock;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The TLS towards the endpoints of one cluster. Any thread; whoever made it closes it, when no new
 * connection is wanted with it: those that stand go on.
 */
final class ClientTls implements AutoCloseable {
    private final TlsClient settings;
    private final List<String> protocols;
    private final Context context;
    private final Clock clock;
    private final Handshakes handshakes;
    private final AtomicInteger endpoints = new AtomicInteger();

    private ClientTls(
            TlsClient settings,
            List<String> protocols,
            Context context,
            Clock clock,
            Handshakes handshakes) {
        this.protocols = List.copyOf(protocols);
        this.settings = settings;
        this.context = context;
        this.clock = clock;
        this.handshakes = handshakes;
    }

    /**
     * Loads the engine's library where that has not been done: never on an event loop.
     *
     * @param protocols what is offered inside, the best first; see {@link Protocols}
     * @throws IllegalArgumentException when a key or a certificate cannot be read
     */
    public static ClientTls of(
            TlsClient settings,
            List<String> protocols,
            TlsEngine engine,
            Clock clock,
            Handshakes handshakes) {
        Certificate own = settings.identity();
        var context =
                Context.client(
                        engine,
                        own == null ? null : Keys.identity(own),
                        ServerTrust.of(settings),
                        protocols);
        return new ClientTls(settings, protocols, context, clock, handshakes);
    }

    /** What it was made of: with equal settings it can be kept. */
    public TlsClient settings() {
        return settings;
    }

    /**
     * A number for {@link ClientHandshake}: sessions are taken up again only by connections with
     * the same one, since every endpoint seals its tickets with keys of its own.
     */
    public int newEndpoint() {
        return endpoints.incrementAndGet();
    }

    @Nullable SslHandler handler(ByteBufAllocator alloc, int endpoint) {
        return context.handler(alloc, settings.serverName(), endpoint);
    }

    /** Whether it is the first of those that are offered. */
    boolean prefers(String protocol) {
        return protocols.isEmpty() || protocols.getFirst().equals(protocol);
    }

    Trust trust() {
        return context.trust();
    }

    String serverName() {
        return settings.serverName();
    }

    Handshakes handshakes() {
        return handshakes;
    }

    Clock clock() {
        return clock;
    }

    @Override
    public void close() {
        context.close();
    }
}
