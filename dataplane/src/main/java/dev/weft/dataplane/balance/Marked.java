package dev.weft.dataplane.balance;

import dev.weft.dataplane.route.upstream.Balancer.HashKey;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Note;
import dev.weft.dataplane.service.Service;
import dev.weft.dataplane.service.Step;
import dev.weft.foundation.chance.Chance;
import java.nio.charset.StandardCharsets;

/** Gives a cookie to callers who have none to be hashed by. Any event loop. */
final class Marked implements Service, Step {
    private static final int LENGTH = 20;

    private final HashKey.Cookie cookie;
    private final Keys keys;
    private final Chance chance;
    private final Service next;

    Marked(HashKey.Cookie cookie, Keys keys, Chance chance, Service next) {
        this.cookie = cookie;
        this.keys = keys;
        this.chance = chance;
        this.next = next;
    }

    @Override
    public void serve(Exchange exchange) {
        if (keys.of(exchange) == Keys.NONE) {
            exchange.note(Note.KEY, chance.letters(LENGTH).getBytes(StandardCharsets.ISO_8859_1));
        }
        exchange.push(this);
        next.serve(exchange);
    }

    @Override
    public void answering(Exchange exchange) {
        if (exchange.note(Note.KEY) instanceof byte[] value) {
            exchange.answer()
                    .add(
                            "set-cookie",
                            cookie.name()
                                    + "="
                                    + new String(value, StandardCharsets.ISO_8859_1)
                                    + "; Path=/; Max-Age="
                                    + cookie.ttl().toSeconds()
                                    + "; HttpOnly");
        }
    }
}
