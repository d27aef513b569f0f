package dev.weft.dataplane.filter;

import dev.weft.dataplane.event.ExchangeEvent;
import dev.weft.dataplane.filter.Filters.Mirror;
import dev.weft.dataplane.service.Chunk;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Filter;
import dev.weft.dataplane.service.Note;
import dev.weft.dataplane.service.Outcome;
import dev.weft.dataplane.service.Service;
import dev.weft.dataplane.service.Step;
import dev.weft.foundation.chance.Chance;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends copies of a share of the requests elsewhere and throws away what is answered. A caller
 * never waits for it: a request without a body is copied when it passes; one with a body is kept by
 * reference as it flows, up to a bound, and copied when its own exchange is over. A longer one is
 * not copied, nor is one more while so many copies are at work; both are counted. Absent where
 * there is no mirror.
 */
final class Mirroring implements Filter {
    /** How much of a body is kept. */
    static final int BODY_BYTES_MAX = 256 * 1024;

    private final List<Mirror> mirrors;
    private final Chance[] chances;

    /**
     * @param chances one for each event loop
     */
    Mirroring(List<Mirror> mirrors, Chance[] chances) {
        this.mirrors = List.copyOf(mirrors);
        this.chances = chances.clone();
    }

    @Override
    public Service over(Service next) {
        return mirrors.isEmpty() ? next : new Copying(mirrors, chances, next);
    }

    private record Copying(List<Mirror> mirrors, Chance[] chances, Service next)
            implements Service, Step {
        @Override
        public void serve(Exchange exchange) {
            if (exchange.note(Note.TUNNEL) != null) {
                // what it carries is not known, so there is nothing to copy
                next.serve(exchange);
                return;
            }
            List<MirrorCopy> waiting = new ArrayList<>(0);
            for (Mirror mirror : mirrors) {
                boolean chosen = mirror.share().takes(chances[exchange.home().index()].fraction());
                MirrorCopy copy = chosen ? MirrorCopy.of(exchange, mirror) : null;
                if (chosen && copy == null) {
                    mirror.series().on(exchange.home().index(), ExchangeEvent.COPY_TOO_MANY);
                } else if (copy != null && exchange.hasBody()) {
                    waiting.add(copy);
                } else if (copy != null) {
                    copy.send(List.of());
                }
            }
            if (!waiting.isEmpty()) {
                exchange.note(Note.COPIES, waiting);
                exchange.keepBody(BODY_BYTES_MAX);
                exchange.push(this);
            }
            next.serve(exchange);
        }

        @Override
        @SuppressWarnings("unchecked") // only this filter notes copies
        public void ended(Exchange exchange, Outcome outcome) {
            List<MirrorCopy> waiting = (List<MirrorCopy>) exchange.note(Note.COPIES);
            if (waiting == null) {
                return;
            }
            exchange.note(Note.COPIES, null);
            for (MirrorCopy copy : waiting) {
                List<Chunk.Held> body = exchange.holdBody();
                if (body == null) {
                    copy.drop(
                            outcome == Outcome.COMPLETE
                                    ? ExchangeEvent.COPY_TOO_LONG
                                    : ExchangeEvent.COPY_BROKEN_OFF);
                } else {
                    copy.send(body);
                }
            }
        }
    }
}
