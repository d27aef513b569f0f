package dev.weft.dataplane.log;

import dev.weft.dataplane.log.AccessLogging.Asked;
import dev.weft.dataplane.route.Refusal;
import dev.weft.dataplane.service.Outcome;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** An exchange that is over, as the access log has it. Everything in it is ASCII. Pure. */
record AccessLine(Instant time, Asked asked, Answered answered, Led led, Told told) {
    private static final DateTimeFormatter COMMON =
            DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    /** What came of it. */
    record Answered(
            Outcome outcome,
            int status,
            long bytes,
            long nanos,
            int tries,
            @Nullable Refusal refusal) {}

    /** Where it went. */
    record Led(String route, String backend) {}

    /** What the caller said of itself and of the request. */
    record Told(String requestId, String traceId, String agent, String referer) {}

    String json() {
        var text = new StringBuilder(512).append("{\"time\":\"").append(time).append('"');
        field(text, "client", asked.client());
        field(text, "method", asked.method());
        field(text, "host", asked.host());
        field(text, "target", asked.target());
        field(text, "protocol", protocol());
        text.append(",\"status\":").append(answered.status);
        text.append(",\"bytes\":").append(answered.bytes);
        text.append(",\"millis\":")
                .append(String.format(Locale.ROOT, "%.3f", answered.nanos / 1e6));
        text.append(",\"tries\":").append(answered.tries);
        field(text, "outcome", answered.outcome.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        if (answered.refusal != null) {
            field(text, "cause", answered.refusal.cause());
            field(text, "object", answered.refusal.object());
        }
        field(text, "route", led.route);
        field(text, "backend", led.backend);
        field(text, "requestId", told.requestId);
        field(text, "traceId", told.traceId);
        field(text, "userAgent", told.agent);
        field(text, "referer", told.referer);
        return text.append("}\n").toString();
    }

    /** The combined format: what is not known is a dash. */
    String common() {
        var text = new StringBuilder(256).append(asked.client()).append(" - - [");
        text.append(COMMON.format(time)).append("] \"");
        escape(text, asked.method() + " " + asked.target() + " " + protocol(), "\\x%02x");
        text.append("\" ").append(answered.status).append(' ');
        text.append(answered.bytes == 0 ? "-" : Long.toString(answered.bytes));
        quoted(text, told.referer);
        quoted(text, told.agent);
        return text.append('\n').toString();
    }

    private String protocol() {
        return switch (asked.version()) {
            case 20 -> "HTTP/2.0";
            case 10 -> "HTTP/1.0";
            default -> "HTTP/1.1";
        };
    }

    private static void quoted(StringBuilder text, String value) {
        text.append(" \"");
        escape(text, value.isEmpty() ? "-" : value, "\\x%02x");
        text.append('"');
    }

    private static void field(StringBuilder text, String name, String value) {
        if (!value.isEmpty()) {
            text.append(",\"").append(name).append("\":\"");
            escape(text, value, "\\u%04x");
            text.append('"');
        }
    }

    private static void escape(StringBuilder text, String value, String otherwise) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ' || c >= 127) {
                text.append(String.format(Locale.ROOT, otherwise, (int) c));
            } else {
                text.append(c);
            }
        }
    }
}
