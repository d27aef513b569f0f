package dev.weft.dataplane.balance;

import dev.weft.dataplane.loop.Loop;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.Refusal;
import dev.weft.dataplane.route.upstream.Cluster;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Failure;
import dev.weft.dataplane.service.Line;
import dev.weft.dataplane.service.Service;
import java.util.List;

/**
 * Lets so many requests at a time through to a cluster, over all loops; some more wait for a while,
 * the rest are refused at once. A refusal here is never sent again: it would only add to the load.
 * Any event loop.
 */
final class Turnstile {
    private final Gate gate;
    private final List<Loop> loops;
    private final Line[] lines;
    private final long patienceNanos;
    private final Failure full;
    private final Failure late;

    Turnstile(Backend.Endpoints backend, List<Loop> loops) {
        Cluster.Load load = backend.terms().load();
        this.gate = new Gate(load.requests(), load.queue());
        this.loops = loops;
        this.patienceNanos = load.patience().toNanos();
        this.lines = new Line[loops.size()];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = new Line(gate::unqueue);
        }
        String object = "Service " + backend.name();
        full =
                refused(
                        object,
                        "queue-full",
                        " has "
                                + load.requests()
                                + " requests at work and "
                                + load.queue()
                                + " that wait, which is as many as it may have.");
        late =
                refused(
                        object,
                        "queue-timeout",
                        " had no room for this request within "
                                + load.patience().toMillis()
                                + " ms.");
    }

    private static Failure refused(String object, String cause, String sentence) {
        return new Failure(new Refusal(503, cause, object, object + sentence), false, false);
    }

    /**
     * Lets an exchange through, now or later, or fails it.
     *
     * @param then what is done with one that is let through
     */
    void enter(Exchange exchange, Service then) {
        if (gate.enter()) {
            then.serve(exchange);
            return;
        }
        if (patienceNanos == 0 || !gate.queue()) {
            exchange.fail(full);
            return;
        }
        int loop = exchange.home().index();
        lines[loop].add(exchange, then, patienceNanos, late);
        // room may have come between the two looks
        serveLine(loop);
    }

    /** One that was let through is done. */
    void leave(int loop) {
        if (!gate.leave()) {
            return;
        }
        if (!lines[loop].isEmpty()) {
            loops.get(loop).executor().execute(() -> serveLine(loop));
        } else {
            // they wait on other loops: each looks after its own
            for (Loop other : loops) {
                if (other.index() != loop) {
                    other.executor().execute(() -> serveLine(other.index()));
                }
            }
        }
    }

    private void serveLine(int loop) {
        Line line = lines[loop];
        while (!line.isEmpty() && gate.enterFromQueue()) {
            line.next();
        }
    }

    int inside() {
        return gate.inside();
    }
}
