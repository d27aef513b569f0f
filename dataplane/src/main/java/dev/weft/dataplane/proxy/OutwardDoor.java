package dev.weft.dataplane.proxy;

import dev.weft.dataplane.event.Connections;
import dev.weft.dataplane.event.Traffic;
import dev.weft.dataplane.http.Listening;
import dev.weft.dataplane.http.ServerLimits;
import dev.weft.dataplane.http2.Preface;
import dev.weft.dataplane.loop.Loops;
import dev.weft.dataplane.outward.Destinations;
import dev.weft.dataplane.outward.OutwardEntry;
import dev.weft.dataplane.route.entrance.Outward;
import dev.weft.dataplane.tcp.Forwarding;
import dev.weft.foundation.fault.Faults;
import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * The outbound proxy's address: requests of HTTP/1 with an absolute target or by their Host, those
 * of HTTP/2 by their authority, and CONNECT over either. Any thread. Owns the socket, the tunnels
 * and what is known of the hosts outside.
 */
final class OutwardDoor {
    private final Destinations destinations;
    private final Forwarding forwarding;
    private final Listening listening;

    /** What it shares with the other listeners. */
    record Surroundings(Loops loops, Traffic traffic, Faults faults, Connections.Counts counts) {}

    /**
     * @throws IOException when the address cannot be bound
     */
    OutwardDoor(
            InetSocketAddress address,
            Entry edge,
            Destinations destinations,
            ServerLimits limits,
            Surroundings around)
            throws IOException {
        this.destinations = destinations;
        this.forwarding = new Forwarding(around.loops, around.faults, around.traffic::refused);
        var entry = new OutwardEntry(edge::knows, edge, destinations);
        this.listening =
                Listening.bind(around.loops, address, entry, limits, around.faults)
                        .reporting(around.traffic::refused)
                        .counting(around.counts)
                        .speaking(Preface::takeOver)
                        .tunnelling(
                                (ctx, from, loop, head, rest) ->
                                        forwarding.connect(ctx, entry, head, rest),
                                exchange -> forwarding.connect(exchange, entry));
    }

    InetSocketAddress address() {
        return listening.address();
    }

    /** What may be reached from now on. */
    void set(Outward next) {
        destinations.set(next);
    }

    long connections() {
        return (long) listening.connections() + forwarding.connections();
    }

    /** Takes no more connections, and closes each as soon as it is idle. */
    void stop() {
        listening.stop();
    }

    /** Waits until nothing is at work any more, up to a moment of the clock. */
    void awaitNone(long endNanos) {
        listening.awaitNone(endNanos);
        forwarding.awaitNone(endNanos);
    }

    /** Cuts what is at work. */
    void close() {
        listening.close();
        forwarding.close();
        destinations.close();
    }
}
