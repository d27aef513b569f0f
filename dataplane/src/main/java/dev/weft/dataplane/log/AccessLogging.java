package dev.weft.dataplane.log;

import dev.weft.dataplane.event.Series;
import dev.weft.dataplane.http.FieldName;
import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.route.AccessLog;
import dev.weft.dataplane.route.AccessLog.Format;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Filter;
import dev.weft.dataplane.service.Note;
import dev.weft.dataplane.service.Outcome;
import dev.weft.dataplane.service.Service;
import dev.weft.dataplane.service.Step;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Writes down each exchange when it is over, or a share of them. Which ones is told by the trace
 * id, so every party that takes the same share of a trace takes the same requests. Absent where
 * nothing is to be written.
 */
public final class AccessLogging implements Filter {
    private static final int HTTP_2 = 20;

    private final AccessLog policy;
    private final String route;
    private final AccessWriter writer;

    /**
     * @param route who decided where requests go
     */
    public AccessLogging(AccessLog policy, String route, AccessWriter writer) {
        this.policy = policy;
        this.route = route;
        this.writer = writer;
    }

    @Override
    public Service over(Service next) {
        return policy.format() == Format.NONE || policy.share().parts() == 0
                ? next
                : new Noting(policy, route, writer, next);
    }

    /**
     * What a request asked for, before a route changed it.
     *
     * @param version 10 for HTTP/1.0, 11 for HTTP/1.1, 20 for HTTP/2
     */
    record Asked(String client, String method, String host, String target, int version) {}

    private record Noting(AccessLog policy, String route, AccessWriter writer, Service next)
            implements Service, Step {
        @Override
        public void serve(Exchange exchange) {
            Head head = exchange.request();
            if (policy.share().takes(drawn(head))) {
                String query = head.query();
                String target = query.isEmpty() ? head.path() : head.path() + "?" + query;
                exchange.note(
                        Note.LOGGED,
                        new Asked(
                                new String(exchange.callerIp(), StandardCharsets.ISO_8859_1),
                                head.method(),
                                head.host(),
                                target,
                                exchange.peer().http2() ? HTTP_2 : head.version()));
                exchange.push(this);
            }
            next.serve(exchange);
        }

        @Override
        public void ended(Exchange exchange, Outcome outcome) {
            if (exchange.note(Note.LOGGED) instanceof Asked asked) {
                var line = line(exchange, asked, outcome);
                String text =
                        switch (policy.format()) {
                            case JSON -> line.json();
                            case COMMON, NONE -> line.common();
                        };
                writer.offer(text.getBytes(StandardCharsets.US_ASCII));
            }
        }

        private AccessLine line(Exchange exchange, Asked asked, Outcome outcome) {
            Head head = exchange.request();
            String backend =
                    exchange.note(Note.SERIES) instanceof Series series
                            ? series.name().backend()
                            : "";
            return new AccessLine(
                    writer.now(),
                    asked,
                    new AccessLine.Answered(
                            outcome,
                            exchange.answer().status(),
                            exchange.bytesOut(),
                            exchange.home().tick() - exchange.startedNanos(),
                            exchange.tries(),
                            exchange.refusal()),
                    new AccessLine.Led(route, backend),
                    new AccessLine.Told(
                            text(head.value(FieldName.X_REQUEST_ID)),
                            traceId(head),
                            text(head.value("user-agent")),
                            text(head.value("referer"))));
        }

        private static String text(Optional<String> value) {
            return value.orElse("");
        }

        private static String traceId(Head head) {
            int field = head.find(FieldName.TRACEPARENT, 0);
            return field < 0 ? "" : head.valueText(field).substring(3, 35);
        }

        /** From 0 up to but not including 1, the same for everything of one trace. */
        private static double drawn(Head head) {
            int field = head.find(FieldName.TRACEPARENT, 0);
            if (field < 0) {
                return 0;
            }
            long bits = 0;
            int start = head.valueStart(field) + 21;
            for (int i = start; i < start + 14; i++) {
                bits = bits << 4 | Character.digit(head.bytes()[i], 16);
            }
            return bits * 0x1.0p-56;
        }
    }
}
