package dev.weft.dataplane.proxy;

import dev.weft.dataplane.filter.Verdict;
import dev.weft.dataplane.http.FieldName;
import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.service.Alarm;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Filter;
import dev.weft.dataplane.service.Service;
import dev.weft.dataplane.service.Step;
import dev.weft.foundation.chance.Chance;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/**
 * Ends streams of gRPC and of events that have lasted long enough, each a little sooner or later,
 * so that callers come again and a change of weights reaches them: gRPC with UNAVAILABLE, which
 * clients take for a reason to try again, events with their end, after which a browser asks anew.
 */
final class Lasting implements Filter {
    private static final byte[] EVENTS = "text/event-stream".getBytes(StandardCharsets.US_ASCII);

    private final long nanos;
    private final Chance[] chances;

    /**
     * @param longest zero: as long as they like
     * @param chances one for each event loop
     */
    Lasting(Duration longest, Chance[] chances) {
        this.nanos = longest.toNanos();
        this.chances = chances.clone();
    }

    @Override
    public Service over(Service next) {
        return nanos == 0 ? next : new Bounded(nanos, chances, next);
    }

    private record Bounded(long nanos, Chance[] chances, Service next) implements Service, Step {
        @Override
        public void serve(Exchange exchange) {
            exchange.push(this);
            next.serve(exchange);
        }

        @Override
        public void answering(Exchange exchange) {
            Head answer = exchange.answer();
            if (Verdict.isGrpc(answer) || isEvents(answer)) {
                double share = 0.9 + chances[exchange.home().index()].fraction() / 5;
                exchange.arm(Alarm.LASTING, (long) (nanos * share), this);
            }
        }

        @Override
        public void retracted(Exchange exchange) {
            exchange.disarm(Alarm.LASTING);
        }

        @Override
        public void alarmed(Exchange exchange, Alarm kind) {
            if (!exchange.begun()) {
                return;
            }
            if (Verdict.isGrpc(exchange.answer())) {
                exchange.answerTrailers().add("grpc-status", "14");
                exchange.answerTrailers().add("grpc-message", "the stream has lasted long enough");
            }
            exchange.endEarly();
        }
    }

    private static boolean isEvents(Head answer) {
        int field = answer.find(FieldName.CONTENT_TYPE, 0);
        if (field < 0) {
            return false;
        }
        int start = answer.valueStart(field);
        int end = start + EVENTS.length;
        return answer.valueEnd(field) >= end
                && Arrays.equals(answer.bytes(), start, end, EVENTS, 0, EVENTS.length);
    }
}
