package dev.weft.dataplane.filter;

import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.service.Exchange;
import dev.weft.foundation.time.Clock;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** When an endpoint that refused wants to be asked again. Pure but for the clock. */
final class Pushback {
    /** It did not say. */
    static final long UNSAID = -1;

    /** It does not want to, or so late that the caller had better wait itself. */
    static final long NEVER = Long.MAX_VALUE;

    /** For longer than this no request is held here. */
    private static final Duration MOST = Duration.ofSeconds(10);

    private static final byte[] RETRY_AFTER = "retry-after".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] GRPC = "grpc-retry-pushback-ms".getBytes(StandardCharsets.US_ASCII);

    private Pushback() {}

    /** What an answer says, or what stands behind it where that has come. */
    static long nanos(Exchange exchange, Clock clock) {
        long said = nanos(exchange.answer(), clock);
        return said == UNSAID && exchange.hasAnswerTrailers()
                ? nanos(exchange.answerTrailers(), clock)
                : said;
    }

    private static long nanos(Head answer, Clock clock) {
        int field = answer.find(GRPC, 0);
        if (field >= 0) {
            // by its specification anything that is no number means never
            return bounded(number(text(answer, field)), 1_000_000L);
        }
        field = answer.find(RETRY_AFTER, 0);
        if (field < 0) {
            return UNSAID;
        }
        String value = text(answer, field);
        return number(value) >= 0 ? bounded(number(value), 1_000_000_000L) : date(value, clock);
    }

    private static long date(String value, Clock clock) {
        try {
            var at = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
            long millis = Math.max(0, Duration.between(clock.now(), at).toMillis());
            return bounded(millis, 1_000_000L);
        } catch (DateTimeException e) {
            // not a date: as if nothing had been said
            return UNSAID;
        }
    }

    private static long bounded(long count, long unitNanos) {
        return count < 0 || count > MOST.toNanos() / unitNanos ? NEVER : count * unitNanos;
    }

    /** A number of up to nine digits, or -1. */
    private static long number(String text) {
        return text.matches("[0-9]{1,9}") ? Long.parseLong(text) : -1;
    }

    private static String text(Head head, int field) {
        int start = head.valueStart(field);
        return new String(
                head.bytes(), start, head.valueEnd(field) - start, StandardCharsets.ISO_8859_1);
    }
}
