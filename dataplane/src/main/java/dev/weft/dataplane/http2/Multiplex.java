package dev.weft.dataplane.http2;

import dev.weft.dataplane.http.Failures;
import dev.weft.dataplane.http.Upstream;
import dev.weft.dataplane.http.Upstream.Terms;
import dev.weft.dataplane.loop.Loop;
import dev.weft.dataplane.loop.Loops;
import dev.weft.dataplane.route.upstream.Pooling;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Line;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP/2 connections to one endpoint: each event loop has its own, fills the first that has
 * room, and opens another when all are full. Each may have one, whatever the bound: a loop cannot
 * use another's, and its requests would wait for ever. {@link #serve} on the exchange's loop;
 * {@link #retire} on any thread.
 */
public final class Multiplex implements Upstream.Shared {
    private final Upstream upstream;
    private final Upstream.Dialling dialling;
    private final Pooling bounds;
    private final Loops loops;
    private final Sessions[] byLoop;
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile boolean retired;

    public Multiplex(Upstream upstream, Upstream.Dialling dialling, Pooling bounds, Loops loops) {
        this.upstream = upstream;
        this.dialling = dialling;
        this.bounds = bounds;
        this.loops = loops;
        byLoop = new Sessions[loops.count()];
        for (int i = 0; i < byLoop.length; i++) {
            byLoop[i] = new Sessions(loops.all().get(i));
        }
    }

    /** Sends a request over a connection that has room, or over a new one. */
    @Override
    public void serve(Exchange exchange, Terms terms) {
        byLoop[exchange.home().index()].serve(exchange, terms);
    }

    /** One for each event loop is enough, since each carries many requests. */
    @Override
    public void warm(Loop loop) {
        byLoop[loop.index()].warm();
    }

    /** Closes connections as soon as nothing is at work on them. */
    @Override
    public void retire() {
        retired = true;
        for (Loop loop : loops.all()) {
            loop.executor().execute(byLoop[loop.index()]::leave);
        }
    }

    /** What one event loop has open. */
    final class Sessions {
        private final Loop loop;
        private final List<ClientSession> open = new ArrayList<>();
        private final Line line = new Line(waiting::decrementAndGet);

        Sessions(Loop loop) {
            this.loop = loop;
        }

        void serve(Exchange exchange, Terms terms) {
            ClientSession session = withRoom();
            if (session == null && dialling.take(open.isEmpty())) {
                session = added(terms);
                session.serve(exchange, terms);
                dialling.connect(session, terms, loop);
            } else if (session != null) {
                session.serve(exchange, terms);
            } else if (waiting.incrementAndGet() <= bounds.pending()) {
                line.add(
                        exchange,
                        next -> serve(next, terms),
                        terms.connectMillis() * 1_000_000L,
                        Failures.noneFree(upstream, terms, bounds.connections()));
            } else {
                waiting.decrementAndGet();
                exchange.fail(Failures.full(upstream, terms, bounds.connections()));
            }
        }

        private ClientSession added(Terms terms) {
            var session = new ClientSession(upstream, this, loop, terms.connectMillis());
            open.add(session);
            return session;
        }

        private void warm() {
            if (!retired && open.isEmpty() && dialling.take(false)) {
                dialling.connect(added(Terms.NONE), Terms.NONE, loop);
            }
        }

        private @Nullable ClientSession withRoom() {
            long now = loop.now();
            for (int i = 0; i < open.size(); i++) {
                ClientSession session = open.get(i);
                if (session.hasRoom(now, bounds)) {
                    return session;
                }
            }
            return null;
        }

        /** A stream or a connection has ended: whoever waits may try again. */
        void roomCame() {
            if (!line.isEmpty() && withRoom() != null) {
                loop.executor().execute(this::next);
            }
        }

        private void next() {
            if (!line.isEmpty()) {
                waiting.decrementAndGet();
                loop.tick();
                line.next();
            }
        }

        /** Sends a request that none of these connections can carry over one of its own. */
        void serveAlone(Exchange exchange, Terms terms) {
            if (!upstream.serveAlone(exchange, terms)) {
                exchange.fail(StreamFailures.noWebSocket(upstream, terms));
            }
        }

        /** The connection stays open, and is none of these any more. */
        void gaveWay(ClientSession session) {
            open.remove(session);
        }

        void gone(ClientSession session) {
            if (open.remove(session)) {
                dialling.gone(loop);
                if (!line.isEmpty()) {
                    loop.executor().execute(this::next);
                }
            }
        }

        long idleNanos() {
            return retired ? 1 : bounds.idle().toNanos();
        }

        private void leave() {
            for (ClientSession session : List.copyOf(open)) {
                session.leave();
            }
        }
    }
}
