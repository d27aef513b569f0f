package dev.weft.machine.probe;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * Asks servers of gRPC how they are ({@code grpc.health.v1.Health/Check}). Supplied by whoever has
 * a client that speaks HTTP/2. Any thread; waits.
 */
@FunctionalInterface
public interface HealthCalls {
    /**
     * Makes one call.
     *
     * @param service whose health is asked for; empty: the whole server's
     * @return nothing when it serves, else what is wrong
     * @throws IOException when nobody answers in time, or the connection breaks
     */
    Optional<String> ask(InetSocketAddress to, String service, Duration timeout) throws IOException;
}
