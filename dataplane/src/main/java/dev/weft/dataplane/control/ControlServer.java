package dev.weft.dataplane.control;

import dev.weft.dataplane.http.Listening;
import dev.weft.dataplane.http.ServerLimits;
import dev.weft.dataplane.http2.Preface;
import dev.weft.dataplane.loop.Loops;
import dev.weft.dataplane.service.Bridge;
import dev.weft.dataplane.service.Handler;
import dev.weft.dataplane.tls.ServerTls;
import dev.weft.dataplane.tls.TlsIdentity;
import dev.weft.foundation.fault.Faults;
import dev.weft.foundation.task.TaskScope;
import dev.weft.foundation.time.Clock;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A server for the platform's own faces (the API, the console): one handler, one event loop of its
 * own, nothing that can be configured from outside, so that whatever is applied can neither change
 * nor starve it. Speaks HTTP/1.1 and HTTP/2: with TLS what the client chooses, in clear what its
 * first bytes are. Any thread.
 */
public final class ControlServer implements AutoCloseable {
    private static final Duration HANDLERS_END = Duration.ofSeconds(5);

    private final Loops loops;
    private final TaskScope handlers;
    private final Listening listening;
    private final @Nullable ServerTls tls;

    private ControlServer(
            Loops loops, TaskScope handlers, Listening listening, @Nullable ServerTls tls) {
        this.loops = loops;
        this.handlers = handlers;
        this.listening = listening;
        this.tls = tls;
    }

    /**
     * Binds and serves until it is closed.
     *
     * @param name for threads and messages: {@code api}
     * @param address where to listen; port 0 chooses one
     * @param tls who the server is; empty for HTTP in clear
     * @param handler called on a virtual thread of its own for each request
     * @throws IOException when the address cannot be bound
     */
    public static ControlServer start(
            String name,
            InetSocketAddress address,
            Optional<TlsIdentity> tls,
            Handler handler,
            ServerLimits limits,
            Faults faults)
            throws IOException {
        var loops = new Loops("weft-" + name, 1, Clock.system());
        var handlers = new TaskScope(name, faults, HANDLERS_END);
        ServerTls secure =
                tls.map(identity -> ServerTls.late(identity, faults, Clock.system())).orElse(null);
        try {
            var listening =
                    Listening.bind(
                            loops,
                            address,
                            secure,
                            new Bridge(handler, handlers, faults),
                            limits,
                            faults);
            listening.speaking(Preface::takeOver);
            return new ControlServer(loops, handlers, listening, secure);
        } catch (IOException | RuntimeException e) {
            handlers.close();
            loops.close();
            throw e;
        }
    }

    /** The address that was bound, with the port that was chosen. */
    public InetSocketAddress address() {
        return listening.address();
    }

    public int connections() {
        return listening.connections();
    }

    /**
     * Takes no more connections and lets requests at work end, for so long; then cuts them, and
     * ends.
     */
    public void drain(Duration patience) {
        listening.drain(patience);
        handlers.close();
        loops.close();
        if (tls != null) {
            tls.close();
        }
    }

    /** Cuts everything at once. */
    @Override
    public void close() {
        drain(Duration.ZERO);
    }
}
