package dev.weft.dataplane.proxy;

import dev.weft.dataplane.event.Traffic;
import dev.weft.dataplane.http.Listening;
import dev.weft.dataplane.http.ServerLimits;
import dev.weft.dataplane.http2.Preface;
import dev.weft.dataplane.loop.Loops;
import dev.weft.dataplane.proxy.match.HostTables;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.tcp.Targets;
import dev.weft.dataplane.tcp.Verdicts;
import dev.weft.dataplane.tls.Securing;
import dev.weft.foundation.fault.Faults;

/**
 * What every {@link Door} of a data plane is made with.
 *
 * @param verdicts which servers speak first
 */
record Doors(
        Making making,
        Loops loops,
        ServerLimits limits,
        Traffic traffic,
        Faults faults,
        Securing securing,
        Verdicts verdicts) {
    /** Makes what listeners need of their routes. */
    interface Making {
        HostTables tables();

        Targets targets(Route route);

        /** What {@link #targets} made is needed no more. */
        void release(Route route);
    }

    Listening listening(Entry entry) {
        return Listening.unbound(loops, entry, limits, faults)
                .reporting(traffic::refused)
                .speaking(Preface::takeOver);
    }
}
