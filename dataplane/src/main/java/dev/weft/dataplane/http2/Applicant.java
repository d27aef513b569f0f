package dev.weft.dataplane.http2;

import dev.weft.dataplane.http.Upstream.Terms;
import dev.weft.dataplane.service.Attendant;
import dev.weft.dataplane.service.Exchange;
import org.jspecify.annotations.Nullable;

/** An exchange that waits for a connection to stand, and has no stream yet. Its event loop. */
final class Applicant implements Attendant {
    private final ClientSession session;
    private final Terms terms;
    private @Nullable Exchange exchange;

    Applicant(ClientSession session, Exchange exchange, Terms terms) {
        this.session = session;
        this.exchange = exchange;
        this.terms = terms;
        exchange.attend(this);
    }

    Terms terms() {
        return terms;
    }

    /** What waits, and goes on in one way or another now; null when it has gone. */
    @Nullable Exchange take() {
        Exchange waiting = exchange;
        exchange = null;
        return waiting;
    }

    @Override
    public void resume() {}

    @Override
    public void cancel() {
        exchange = null;
        session.withdrawn(this);
    }
}
