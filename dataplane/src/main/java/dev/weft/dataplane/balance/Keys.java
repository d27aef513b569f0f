package dev.weft.dataplane.balance;

import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.load.Hash;
import dev.weft.dataplane.route.upstream.Balancer.HashKey;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Note;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Finds the key that a request is hashed by, and hashes it. Any event loop; allocates nothing. */
final class Keys {
    /** What a request without a key has. */
    static final long NONE = 0;

    private static final byte[] COOKIE = "cookie".getBytes(StandardCharsets.US_ASCII);

    private final HashKey key;
    private final byte[] name;

    Keys(HashKey key) {
        this.key = key;
        this.name =
                switch (key) {
                    case HashKey.Header header ->
                            header.name()
                                    .toLowerCase(Locale.ROOT)
                                    .getBytes(StandardCharsets.ISO_8859_1);
                    case HashKey.Cookie cookie ->
                            cookie.name().getBytes(StandardCharsets.ISO_8859_1);
                    case HashKey.Query query -> query.name().getBytes(StandardCharsets.ISO_8859_1);
                    case HashKey.Source source -> new byte[0];
                };
    }

    long of(Exchange exchange) {
        Head head = exchange.request();
        return switch (key) {
            case HashKey.Header header -> header(head);
            case HashKey.Cookie cookie -> cookie(exchange, head);
            case HashKey.Query query -> query(head);
            case HashKey.Source source -> some(Hash.of(exchange.callerIp()));
        };
    }

    private static long some(long hash) {
        return hash == NONE ? 1 : hash;
    }

    private long header(Head head) {
        int field = head.find(name, 0);
        return field < 0
                ? NONE
                : some(Hash.of(head.bytes(), head.valueStart(field), head.valueEnd(field)));
    }

    private long cookie(Exchange exchange, Head head) {
        long found = Cookies.find(head, COOKIE, name);
        if (found != Cookies.NONE) {
            return some(Hash.of(head.bytes(), Cookies.start(found), Cookies.end(found)));
        }
        return exchange.note(Note.KEY) instanceof byte[] made ? some(Hash.of(made)) : NONE;
    }

    private long query(Head head) {
        byte[] bytes = head.bytes();
        int at = head.pathEnd() + 1;
        int end = head.targetEnd();
        while (at < end) {
            int stop = at;
            while (stop < end && bytes[stop] != '&') {
                stop++;
            }
            int equals = at + name.length;
            if (equals <= stop
                    && Cookies.same(bytes, at, name)
                    && (equals == stop || bytes[equals] == '=')) {
                return some(Hash.of(bytes, Math.min(equals + 1, stop), stop));
            }
            at = stop + 1;
        }
        return NONE;
    }
}
