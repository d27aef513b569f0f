package dev.weft.api.cel.function;

import dev.weft.api.cel.function.Library.Function;
import dev.weft.api.cel.value.EvalException;
import dev.weft.api.cel.value.Value;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Moments and spans of time. */
final class Times {
    private static final Pattern PART =
            Pattern.compile("(\\d+\\.?\\d*|\\.\\d+)(ns|us|µs|μs|ms|s|m|h)");
    private static final Pattern OFFSET = Pattern.compile("([+-]?)(\\d{1,2}):(\\d{2})");
    private static final Map<String, BigDecimal> UNITS =
            Map.of(
                    "ns", BigDecimal.ONE,
                    "us", new BigDecimal("1e3"),
                    "µs", new BigDecimal("1e3"),
                    "μs", new BigDecimal("1e3"),
                    "ms", new BigDecimal("1e6"),
                    "s", new BigDecimal("1e9"),
                    "m", new BigDecimal("6e10"),
                    "h", new BigDecimal("3.6e12"));

    private static final int LENGTH_MAX = 200;

    private Times() {}

    static void addTo(Map<String, Function> functions) {
        functions.put("getFullYear", part(ZonedDateTime::getYear, it -> it.toDays()));
        functions.put("getMonth", part(it -> it.getMonthValue() - 1L, it -> it.toDays()));
        functions.put("getDayOfYear", part(it -> it.getDayOfYear() - 1L, it -> it.toDays()));
        functions.put("getDayOfMonth", part(it -> it.getDayOfMonth() - 1L, it -> it.toDays()));
        functions.put("getDate", part(ZonedDateTime::getDayOfMonth, it -> it.toDays()));
        functions.put(
                "getDayOfWeek", part(it -> it.getDayOfWeek().getValue() % 7L, it -> it.toDays()));
        functions.put("getHours", part(ZonedDateTime::getHour, Duration::toHours));
        functions.put("getMinutes", part(ZonedDateTime::getMinute, Duration::toMinutes));
        functions.put("getSeconds", part(ZonedDateTime::getSecond, Duration::toSeconds));
        functions.put("getMilliseconds", part(it -> it.getNano() / 1_000_000L, Duration::toMillis));
    }

    private static Function part(
            ToLongFunction<ZonedDateTime> ofMoment, ToLongFunction<Duration> ofSpan) {
        return (args, budget) ->
                switch (args[0]) {
                    case Value.Moment it -> {
                        ZoneId zone = args.length == 1 ? ZoneOffset.UTC : zone(Texts.text(args[1]));
                        yield Value.of(ofMoment.applyAsLong(it.instant().atZone(zone)));
                    }
                    case Value.Span it -> Value.of(ofSpan.applyAsLong(it.duration()));
                    default -> throw EvalException.noOverload();
                };
    }

    private static ZoneId zone(String name) {
        Matcher offset = OFFSET.matcher(name);
        try {
            if (offset.matches()) {
                int sign = offset.group(1).equals("-") ? -1 : 1;
                return ZoneOffset.ofHoursMinutes(
                        sign * Integer.parseInt(offset.group(2)),
                        sign * Integer.parseInt(offset.group(3)));
            }
            return ZoneId.of(name);
        } catch (DateTimeException e) {
            throw new EvalException("unknown time zone " + name);
        }
    }

    static Value moment(String text) {
        try {
            OffsetDateTime moment =
                    OffsetDateTime.parse(text, DateTimeFormatter.ISO_OFFSET_DATE_TIME);
            boolean whole = text.indexOf(':', text.indexOf(':') + 1) > 0;
            if (moment.getYear() < 1 || moment.getYear() > 9999 || !whole) {
                throw unreadable("google.protobuf.Timestamp");
            }
            return new Value.Moment(moment.toInstant());
        } catch (DateTimeException e) {
            throw unreadable("google.protobuf.Timestamp");
        }
    }

    private static EvalException unreadable(String type) {
        return new EvalException("type conversion error from 'string' to '" + type + "'");
    }

    static Value span(String text) {
        boolean negative = text.startsWith("-");
        String plain = negative || text.startsWith("+") ? text.substring(1) : text;
        if (plain.equals("0")) {
            return new Value.Span(Duration.ZERO);
        }
        if (plain.isEmpty() || plain.length() > LENGTH_MAX) {
            throw unreadable("google.protobuf.Duration");
        }
        Matcher part = PART.matcher(plain);
        var nanos = BigDecimal.ZERO;
        int at = 0;
        while (part.find() && part.start() == at) {
            BigDecimal unit = UNITS.getOrDefault(part.group(2), BigDecimal.ONE);
            nanos = nanos.add(new BigDecimal(part.group(1)).multiply(unit));
            at = part.end();
        }
        if (at < plain.length()) {
            throw unreadable("google.protobuf.Duration");
        }
        BigDecimal signed = negative ? nanos.negate() : nanos;
        if (signed.toBigInteger().bitLength() > 63) {
            throw unreadable("google.protobuf.Duration");
        }
        return new Value.Span(Duration.ofNanos(signed.toBigInteger().longValue()));
    }

    /** A moment without more digits than it needs. */
    static String text(Instant moment) {
        String text = moment.toString();
        int dot = text.indexOf('.');
        int end = text.length() - 1;
        while (dot > 0 && text.charAt(end - 1) == '0') {
            end--;
        }
        return dot < 0 ? text : text.substring(0, end) + "Z";
    }

    /** A span as a number of seconds: {@code 1.5s}. */
    static String seconds(Duration duration) {
        BigDecimal seconds = BigDecimal.valueOf(duration.toNanos(), 9).stripTrailingZeros();
        return seconds.toPlainString() + "s";
    }
}
