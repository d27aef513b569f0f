package dev.weft.dataplane.filter;

import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Filter;
import dev.weft.dataplane.service.Service;
import dev.weft.dataplane.service.Step;
import dev.weft.foundation.chance.Chance;
import dev.weft.foundation.time.Clock;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;

/**
 * Marks a call and its answer with an id and the moment it began, so that logs on both sides can be
 * told to be about the same call.
 */
public final class CallMarks implements Filter {
    private static final byte[] ID = bytes("x-call-id");
    private static final byte[] START = bytes("x-start-time");
    private static final int ID_MAX = 128;

    private final Chance[] chances;
    private final Clock clock;

    /**
     * @param chances one for each event loop
     */
    public CallMarks(Chance[] chances, Clock clock) {
        this.chances = chances.clone();
        this.clock = clock;
    }

    @Override
    public Service over(Service next) {
        return exchange -> {
            var marks = new Marked(id(exchange), start());
            marks.put(exchange.request());
            exchange.push(marks);
            next.serve(exchange);
        };
    }

    private String id(Exchange exchange) {
        Chance chance = chances[exchange.home().index()];
        return exchange.request()
                .value("x-call-id")
                .filter(it -> !it.isEmpty() && it.length() <= ID_MAX)
                .orElseGet(() -> uuid(chance.next(), chance.next()).toString());
    }

    private static UUID uuid(long high, long low) {
        return new UUID(
                (high & 0xffff_ffff_ffff_0fffL) | 0x4000L,
                (low & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L);
    }

    private String start() {
        Instant now = clock.now();
        return Long.toString(now.getEpochSecond() * 1_000_000_000L + now.getNano());
    }

    private record Marked(String id, String start) implements Step {
        @Override
        public void answering(Exchange exchange) {
            put(exchange.answer());
        }

        void put(Head head) {
            head.drop(ID);
            head.drop(START);
            head.add("x-call-id", id);
            head.add("x-start-time", start);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
