package dev.weft.dataplane.http2;

import dev.weft.dataplane.http.body.AnswerStart;
import dev.weft.dataplane.loop.Loop;
import dev.weft.dataplane.loop.Timer;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Note;

/**
 * Keeps back the head of an answer of gRPC until its first message or its status is there, where a
 * status behind the head may be worth another try: as long as the caller has seen nothing, the call
 * may go elsewhere. It is kept for a moment only, since a stream may begin long before its first
 * message. Its event loop.
 */
final class HeldHead extends Timer {
    private final Loop loop;
    private final Runnable late;

    /**
     * @param late told when the moment is over
     */
    HeldHead(Loop loop, Runnable late) {
        this.loop = loop;
        this.late = late;
    }

    /** Keeps the head of an answer that goes on, if that is worth it. */
    boolean holds(Exchange exchange) {
        if (exchange.note(Note.BY_TRAILERS) == null || !GrpcCalls.isGrpc(exchange.answer())) {
            return false;
        }
        loop.shortTimers().arm(this, loop.now() + AnswerStart.NANOS);
        return true;
    }

    boolean waits() {
        return armed();
    }

    void end() {
        if (armed()) {
            loop.shortTimers().remove(this);
        }
    }

    @Override
    protected void expired() {
        loop.tick();
        late.run();
    }
}
