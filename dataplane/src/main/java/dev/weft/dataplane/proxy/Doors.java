package dev.weft.dataplane.proxy;

import dev.weft.dataplane.event.Connections;
import dev.weft.dataplane.event.Traffic;
import dev.weft.dataplane.http.Listening;
import dev.weft.dataplane.http.ServerLimits;
import dev.weft.dataplane.http2.Preface;
import dev.weft.dataplane.loop.Loops;
import dev.weft.dataplane.proxy.match.HostTables;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.service.Service;
import dev.weft.dataplane.tcp.Forwarding;
import dev.weft.dataplane.tcp.Verdicts;
import dev.weft.dataplane.tls.Securing;
import dev.weft.foundation.fault.Faults;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * What every {@link Door} of a data plane is made with.
 *
 * @param verdicts which servers speak first
 * @param unrouted what becomes of requests that no route takes
 */
record Doors(
        Making making,
        Loops loops,
        ServerLimits limits,
        Traffic traffic,
        Faults faults,
        Securing securing,
        Verdicts verdicts,
        Connections connections,
        Unrouted unrouted) {
    /** For tunnels that say good-bye when their time is over. */
    private static final long GOOD_BYE_MILLIS = 1000;

    /** Makes what listeners need of their routes. */
    interface Making {
        HostTables tables();

        /** What serves the connections of a route, until the route is released. */
        Service take(Route route);

        void release(Route route);
    }

    /** Runs something when what is at work somewhere has had its time. */
    void afterDrain(Runnable task) {
        long millis = limits.drain().toMillis() + GOOD_BYE_MILLIS;
        try {
            var unused =
                    loops.all()
                            .getFirst()
                            .eventLoop()
                            .schedule(task, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // everything has ended, and nothing is at work anywhere
        }
    }

    Admission admission() {
        return new Admission(traffic, limits.head());
    }

    Forwarding forwarding() {
        return new Forwarding(loops, faults, traffic::refused);
    }

    Listening listening(Entry entry) {
        return Listening.unbound(loops, entry, limits, faults)
                .reporting(traffic::refused)
                .speaking(Preface::takeOver);
    }
}
