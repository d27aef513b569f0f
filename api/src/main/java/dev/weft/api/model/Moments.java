package dev.weft.api.model;

import dev.weft.api.codec.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Moments as Kubernetes writes them: whole seconds, except where a field keeps microseconds. */
public final class Moments {
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private Moments() {}

    /** As a {@code Time} field has it: {@code 2026-01-02T03:04:05Z}. */
    public static String text(Instant moment) {
        return moment.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** As a {@code MicroTime} field has it: {@code 2026-01-02T03:04:05.000006Z}. */
    public static String microText(Instant moment) {
        return MICROS.format(moment);
    }

    /** The moment at a path; absent where there is none, or none that can be read. */
    public static Optional<Instant> at(JsonObject tree, String... path) {
        return tree.text(path).flatMap(Moments::read);
    }

    /**
     * A moment as servers write it; what is written otherwise is read too, only more slowly.
     *
     * @throws DateTimeException where it is none
     */
    public static Instant parse(String text) {
        Instant plain = plain(text);
        return plain == null ? OffsetDateTime.parse(text).toInstant() : plain;
    }

    /** The moment of {@code 2026-01-02T03:04:05Z}; null where it is written otherwise. */
    public static @Nullable Instant plain(String text) {
        boolean form =
                text.length() == 20
                        && text.charAt(4) == '-'
                        && text.charAt(7) == '-'
                        && text.charAt(10) == 'T'
                        && text.charAt(13) == ':'
                        && text.charAt(16) == ':'
                        && text.charAt(19) == 'Z';
        for (int i = 0; form && i < 19; i++) {
            char c = text.charAt(i);
            form = c >= '0' && c <= '9' || i == 10 || i == 4 || i == 7 || i == 13 || i == 16;
        }
        if (!form) {
            return null;
        }
        int hour = number(text, 11);
        int minute = number(text, 14);
        int second = number(text, 17);
        if (hour > 23 || minute > 59 || second > 59) {
            return null;
        }
        int year = number(text, 0) * 100 + number(text, 2);
        long day = LocalDate.of(year, number(text, 5), number(text, 8)).toEpochDay();
        return Instant.ofEpochSecond(day * 86_400 + hour * 3_600L + minute * 60L + second);
    }

    /** Two digits. */
    private static int number(String text, int at) {
        return (text.charAt(at) - '0') * 10 + text.charAt(at + 1) - '0';
    }

    private static Optional<Instant> read(String text) {
        try {
            return Optional.of(parse(text));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
