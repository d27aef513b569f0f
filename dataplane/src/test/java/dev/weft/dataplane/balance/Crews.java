package dev.weft.dataplane.balance;

import dev.weft.dataplane.event.Connections;
import dev.weft.dataplane.loop.Loops;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.tls.Securing;
import dev.weft.foundation.time.Clock;
import java.util.Optional;

/** Endpoints that nobody connects to, for tests of who is chosen. */
final class Crews {
    private Crews() {}

    static Crew of(Backend.Endpoints backend, Loops loops) {
        var crew =
                new Crew(
                        backend,
                        loops,
                        new Securing(Optional.empty(), Clock.system()),
                        Connections.Counts.unread());
        crew.take(backend);
        crew.settle();
        return crew;
    }
}
