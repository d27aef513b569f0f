package dev.weft.dataplane.filter;

import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Filter;
import dev.weft.dataplane.service.Note;
import dev.weft.dataplane.service.Service;

/**
 * Gives each try the head that the first one had: for routes whose backends change it, each in its
 * own way. Absent where no backend does, or where there is one try only.
 */
final class FreshHead implements Filter {
    private final boolean needed;

    FreshHead(boolean needed) {
        this.needed = needed;
    }

    @Override
    public Service over(Service next) {
        return needed ? exchange -> serve(exchange, next) : next;
    }

    private static void serve(Exchange exchange, Service next) {
        if (exchange.note(Note.HEAD) instanceof Head first) {
            exchange.request().copy(first);
        } else {
            Head first = Head.empty();
            first.copy(exchange.request());
            exchange.note(Note.HEAD, first);
        }
        next.serve(exchange);
    }
}
