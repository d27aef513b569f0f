package dev.weft.dataplane.proxy;

import dev.weft.dataplane.event.Connections;
import dev.weft.dataplane.event.Connections.Side;
import dev.weft.dataplane.http.Listening;
import dev.weft.dataplane.loop.Acceptor;
import dev.weft.dataplane.loop.Acceptor.Taking;
import dev.weft.dataplane.route.entrance.Entrance;
import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * One address of the edge: open from the start and until the end, in clear, whatever is applied.
 * What it asks of connections can change at any time. One thread at a time changes it; any thread
 * reads.
 */
final class EdgeDoor {
    private final Listening listening;
    private final Admission admission;
    private final Connections.Counts counts;
    private final Acceptor socket;
    private Entrance asked = Entrance.usual();

    /**
     * @throws IOException when the address cannot be bound
     */
    EdgeDoor(Doors doors, InetSocketAddress address, Entry edge) throws IOException {
        listening = doors.listening(edge);
        admission = doors.admission();
        counts = doors.connections().of(Side.CALLERS, "edge");
        socket = Acceptor.bind(doors.loops(), address, taking());
    }

    /** What holds for connections that come from now on. */
    void set(Entrance asks) {
        if (!asks.equals(asked)) {
            asked = asks;
            socket.set(taking());
        }
    }

    private Taking taking() {
        listening.lasting(asked.age());
        Taking entered =
                admission.of(asked, (channel, loop) -> listening.accept(channel, loop, null));
        return (channel, loop) -> {
            counts.opened(channel, false);
            entered.take(channel, loop);
        };
    }

    /** The address that was bound, with the port that was chosen. */
    InetSocketAddress address() {
        return socket.address();
    }

    int connections() {
        return listening.connections();
    }

    /** Takes no more connections, and closes each as soon as it is idle. */
    void stop() {
        socket.close();
        listening.stop();
    }

    /** Waits until nothing is at work any more, up to a moment of the clock. */
    void awaitNone(long endNanos) {
        listening.awaitNone(endNanos);
    }

    /** Cuts what is at work, and waits until it is gone. */
    void close() {
        socket.close();
        listening.close();
    }
}
