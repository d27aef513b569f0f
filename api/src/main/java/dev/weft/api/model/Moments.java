package dev.weft.api.model;

import dev.weft.api.codec.JsonObject;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

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

    private static Optional<Instant> read(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
