package dev.weft.dataplane.tls;

import dev.weft.dataplane.event.Handshakes;
import dev.weft.dataplane.route.tls.TlsClient;
import dev.weft.dataplane.route.tls.TlsServer;
import dev.weft.foundation.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the TLS of a data plane has in common, at both ends: the engine, which is loaded when it is
 * first needed, and the counters. Contexts towards equal servers are shared. Any thread, but never
 * an event loop.
 */
public final class Securing {
    private record Key(TlsClient settings, List<String> protocols, TlsEngine engine) {}

    private static final class Shared {
        final ClientTls tls;
        int users;

        Shared(ClientTls tls) {
            this.tls = tls;
        }
    }

    private final Optional<TlsEngine> wanted;
    private final Clock clock;
    private final Handshakes handshakes = new Handshakes();
    private final Map<Key, Shared> clients = new HashMap<>();

    /**
     * @param wanted empty: the best that loads
     */
    public Securing(Optional<TlsEngine> wanted, Clock clock) {
        this.wanted = wanted;
        this.clock = clock;
    }

    private TlsEngine engine() {
        return wanted.orElseGet(TlsEngine::best);
    }

    public Handshakes handshakes() {
        return handshakes;
    }

    /**
     * @throws IllegalArgumentException when a key or a certificate cannot be used
     */
    public ServerTls server(TlsServer settings) {
        return ServerTls.of(settings, engine(), clock, handshakes);
    }

    /**
     * For connections whose content is not looked at, where a caller may end its direction and go
     * on listening. BoringSSL's engine answers such a good-bye with its own at once.
     *
     * @throws IllegalArgumentException when a key or a certificate cannot be used
     */
    public ServerTls halfClosing(TlsServer settings) {
        return ServerTls.of(settings, TlsEngine.JDK, clock, handshakes);
    }

    /**
     * The TLS towards one endpoint; whoever asked for it closes it.
     *
     * @param protocols what is offered inside, the best first
     */
    public EndpointTls endpoint(TlsClient settings, List<String> protocols) {
        return endpoint(settings, protocols, engine());
    }

    /** The same for bytes that are not looked at, see {@link #halfClosing}. */
    public EndpointTls bytes(TlsClient settings) {
        return endpoint(settings, List.of(), TlsEngine.JDK);
    }

    private EndpointTls endpoint(TlsClient settings, List<String> protocols, TlsEngine engine) {
        try {
            return new EndpointTls(this, take(settings, protocols, engine), "");
        } catch (IllegalArgumentException e) {
            return new EndpointTls(
                    this, null, "what is configured for it cannot be used: " + e.getMessage());
        }
    }

    private synchronized ClientTls take(
            TlsClient settings, List<String> protocols, TlsEngine engine) {
        Shared shared =
                clients.computeIfAbsent(
                        new Key(settings, protocols, engine),
                        key ->
                                new Shared(
                                        ClientTls.of(
                                                settings, protocols, engine, clock, handshakes)));
        shared.users++;
        return shared.tls;
    }

    /** Closes it when nobody else uses it. */
    synchronized void giveBack(ClientTls tls) {
        clients.values()
                .removeIf(
                        shared -> {
                            if (shared.tls != tls || --shared.users > 0) {
                                return false;
                            }
                            tls.close();
                            return true;
                        });
    }
}
