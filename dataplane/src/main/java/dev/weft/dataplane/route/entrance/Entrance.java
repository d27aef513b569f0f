package dev.weft.dataplane.route.entrance;

import dev.weft.dataplane.route.tls.TlsServer;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What holds for a connection to a listener before its first request.
 *
 * @param tls null: in clear
 * @param proxyProtocol whether a load balancer says who the client is, before anything else
 * @param trusted networks of peers whose forwarding headers are believed
 * @param connectionsMax how many may be open; more are closed at once
 * @param age after which a connection is asked to come again, so that a change of weights reaches
 *     callers that stay; {@link Duration#ZERO}: never
 */
public record Entrance(
        @Nullable TlsServer tls,
        ProxyProtocol proxyProtocol,
        Set<Network> trusted,
        int connectionsMax,
        Duration age) {
    private static final Entrance USUAL =
            new Entrance(null, ProxyProtocol.NONE, Set.of(), 100_000, Duration.ZERO);

    /** Whether the PROXY protocol (version 1 or 2) stands before the connection's own bytes. */
    public enum ProxyProtocol {
        NONE,
        /** A connection without it is closed. */
        REQUIRED
    }

    public Entrance {
        trusted = Set.copyOf(trusted);
        if (connectionsMax < 1) {
            throw new IllegalArgumentException(
                    "connectionsMax: " + connectionsMax + " (expected: >= 1)");
        }
        if (age.isNegative()) {
            throw new IllegalArgumentException("age: " + age + " (expected: >= 0)");
        }
    }

    public static Entrance usual() {
        return USUAL;
    }

    public Entrance withTls(@Nullable TlsServer other) {
        return new Entrance(other, proxyProtocol, trusted, connectionsMax, age);
    }

    public Entrance withProxyProtocol(ProxyProtocol other) {
        return new Entrance(tls, other, trusted, connectionsMax, age);
    }

    public Entrance withConnectionsMax(int other) {
        return new Entrance(tls, proxyProtocol, trusted, other, age);
    }

    public Entrance withAge(Duration other) {
        return new Entrance(tls, proxyProtocol, trusted, connectionsMax, other);
    }

    public Entrance withTrusted(Set<Network> other) {
        return new Entrance(tls, proxyProtocol, other, connectionsMax, age);
    }
}
