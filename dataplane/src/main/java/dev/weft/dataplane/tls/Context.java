package dev.weft.dataplane.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.IllegalReferenceCountException;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.ReferenceCounted;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * An engine set up with keys and trust. Closed when nobody names it any more; the connections that
 * it made keep what they need of it. Any thread.
 */
final class Context implements AutoCloseable {
    /** Some clients of functions and bots, and every older proxy, know nothing newer than 1.2. */
    private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

    /** The hybrid first: whoever records today's bytes shall not read them in twenty years. */
    private static final String[] GROUPS = {"X25519MLKEM768", "x25519", "secp256r1", "secp384r1"};

    private static final int CLIENT_SESSIONS_MAX = 1024;
    private static final long SESSION_SECONDS = 6 * 3600;

    private final SslContext context;
    private final Trust trust;
    private final @Nullable TicketKeys tickets;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile int ticketGeneration = -1;

    private Context(SslContext context, Trust trust, @Nullable TicketKeys tickets) {
        this.context = context;
        this.trust = trust;
        this.tickets = tickets;
    }

    static Context server(
            TlsEngine engine,
            TlsIdentity identity,
            ClientTrust clients,
            List<String> protocols,
            TicketKeys tickets) {
        var trust = Trust.inClients(clients);
        SslContextBuilder builder =
                SslContextBuilder.forServer(keys(engine, identity))
                        .trustManager(trust)
                        .clientAuth(
                                switch (clients.asking()) {
                                    case NEVER -> ClientAuth.NONE;
                                    case OPTIONAL, ANY -> ClientAuth.OPTIONAL;
                                    case REQUIRED -> ClientAuth.REQUIRE;
                                });
        return new Context(build(engine, builder, protocols, identity.toString()), trust, tickets);
    }

    static Context client(
            TlsEngine engine,
            @Nullable TlsIdentity identity,
            ServerTrust servers,
            List<String> protocols) {
        var trust = Trust.inServers(servers);
        SslContextBuilder builder =
                SslContextBuilder.forClient()
                        .trustManager(trust)
                        // whom the certificate is for is checked by the trust
                        .endpointIdentificationAlgorithm(null)
                        .sessionCacheSize(CLIENT_SESSIONS_MAX);
        if (identity != null) {
            builder.keyManager(keys(engine, identity));
        }
        return new Context(build(engine, builder, protocols, servers.hostname()), trust, null);
    }

    private static KeyManagerFactory keys(TlsEngine engine, TlsIdentity identity) {
        KeyManagerFactory plain = new OwnKey(identity).factory();
        return switch (engine) {
            // else the key would be parsed anew for each handshake
            case BORINGSSL -> new OpenSslCachingX509KeyManagerFactory(plain);
            case JDK -> plain;
        };
    }

    private static SslContext build(
            TlsEngine engine, SslContextBuilder builder, List<String> protocols, String whose) {
        builder.sslProvider(engine.provider())
                .protocols(VERSIONS)
                .sessionTimeout(SESSION_SECONDS)
                .applicationProtocolConfig(Protocols.offering(protocols));
        if (engine == TlsEngine.BORINGSSL) {
            builder.option(OpenSslContextOption.GROUPS, GROUPS);
        }
        try {
            return builder.build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "unusable TLS identity " + whose + ": " + e.getMessage(), e);
        }
    }

    Trust trust() {
        return trust;
    }

    /** A server's end of a connection; null when this context has been replaced just now. */
    @Nullable SslHandler handler(ByteBufAllocator alloc) {
        return retaining(() -> context.newHandler(alloc));
    }

    /**
     * A client's end of a connection; null when this context has been replaced just now.
     *
     * @param session sessions are taken up again by those who give the same number only
     */
    @Nullable SslHandler handler(ByteBufAllocator alloc, String hostname, int session) {
        return retaining(() -> context.newHandler(alloc, hostname, session));
    }

    private interface Making {
        SslHandler make();
    }

    /** A context that is closed meanwhile would end the process, not the connection. */
    private @Nullable SslHandler retaining(Making making) {
        if (!(context instanceof ReferenceCounted counted)) {
            return closed.get() ? null : making.make();
        }
        try {
            counted.retain();
        } catch (IllegalReferenceCountException e) {
            return null;
        }
        try {
            renewTickets();
            return making.make();
        } finally {
            counted.release();
        }
    }

    private void renewTickets() {
        TicketKeys keys = tickets;
        if (keys == null || !(context.sessionContext() instanceof OpenSslSessionContext sessions)) {
            return;
        }
        int generation = keys.generation();
        if (generation != ticketGeneration) {
            ticketGeneration = generation;
            sessions.setTicketKeys(keys.keys());
        }
    }

    /** Whether nothing of it is left in native memory. */
    boolean isFreed() {
        return closed.get()
                && !(context instanceof ReferenceCounted counted && counted.refCnt() > 0);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            ReferenceCountUtil.release(context);
        }
    }
}
