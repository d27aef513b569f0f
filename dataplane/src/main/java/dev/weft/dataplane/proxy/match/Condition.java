package dev.weft.dataplane.proxy.match;

import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.route.Expression;
import dev.weft.dataplane.route.Match;
import dev.weft.dataplane.route.Match.Field;
import dev.weft.dataplane.route.Match.From;
import dev.weft.dataplane.route.Match.Value;
import dev.weft.dataplane.route.Reach;
import dev.weft.dataplane.service.Exchange;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** What a route asks of a request beyond host and path. Immutable; any event loop. */
final class Condition {
    private record HeaderTest(byte[] name, Value value) {}

    private final From from;
    private final String method;
    private final HeaderTest[] headers;
    private final List<Field> query;
    private final Sources sources;

    Condition(Match match, Sources sources) {
        this.from = match.from();
        this.method = match.method();
        this.headers =
                match.headers().stream()
                        .map(field -> new HeaderTest(bytes(field.name()), field.value()))
                        .toArray(HeaderTest[]::new);
        this.query = match.query();
        this.sources = sources;
    }

    static boolean isAsked(Match match) {
        return !match.from().equals(From.anywhere())
                || !match.method().isEmpty()
                || !match.headers().isEmpty()
                || !match.query().isEmpty();
    }

    /** Whether the route exists for this caller at all. */
    boolean isFor(Exchange exchange) {
        return (from.reach() == Reach.ANYONE || exchange.peer().isLocal())
                && (from.ports().isEmpty()
                        || from.ports().contains(exchange.peer().local().getPort()))
                && (from.sources().isEmpty() || sources.isOneOf(from.sources(), exchange));
    }

    boolean holds(Exchange exchange) {
        if (!isFor(exchange)) {
            return false;
        }
        Head head = exchange.request();
        if (!method.isEmpty() && !head.methodIs(method)) {
            return false;
        }
        for (HeaderTest test : headers) {
            if (!holds(test, head)) {
                return false;
            }
        }
        return query.isEmpty() || queryHolds(head.query());
    }

    private static boolean holds(HeaderTest test, Head head) {
        int field = -1;
        while ((field = head.find(test.name, field + 1)) >= 0) {
            if (holds(test.value, head.valueText(field))) {
                return true;
            }
        }
        return false;
    }

    private boolean queryHolds(String text) {
        for (Field field : query) {
            Optional<String> value = Query.first(text, field.name());
            if (value.isEmpty() || !holds(field.value(), value.get())) {
                return false;
            }
        }
        return true;
    }

    private static boolean holds(Value wanted, String value) {
        return switch (wanted) {
            case Value.Exact(String text) -> text.equals(value);
            case Value.Regex(Expression expression) -> expression.matches(value);
            case Value.Present() -> true;
        };
    }

    /** What a request lacks, for a person: {@code with the method POST}. */
    String lacking(Exchange exchange) {
        Head head = exchange.request();
        if (!method.isEmpty() && !head.methodIs(method)) {
            return "with the method " + method;
        }
        for (HeaderTest test : headers) {
            if (!holds(test, head)) {
                return "with the header "
                        + new String(test.name, StandardCharsets.ISO_8859_1)
                        + text(test.value);
            }
        }
        for (Field field : query) {
            Optional<String> value = Query.first(head.query(), field.name());
            if (value.isEmpty() || !holds(field.value(), value.get())) {
                return "with the query parameter " + field.name() + text(field.value());
            }
        }
        return "for others";
    }

    private static String text(Value value) {
        return switch (value) {
            case Value.Exact(String text) -> ": " + text;
            case Value.Regex(Expression expression) -> " like " + expression;
            case Value.Present() -> "";
        };
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
