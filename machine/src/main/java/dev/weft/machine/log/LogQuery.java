package dev.weft.machine.log;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which part of a log is wanted.
 *
 * @param tailLines only so many of the last lines
 * @param since nothing older
 * @param timestamps whether each line begins with its time
 * @param bytesMax nothing beyond so many bytes
 */
public record LogQuery(
        OptionalLong tailLines,
        Optional<Instant> since,
        boolean timestamps,
        OptionalLong bytesMax) {
    public static final LogQuery ALL =
            new LogQuery(OptionalLong.empty(), Optional.empty(), false, OptionalLong.empty());

    /** The last lines, as they were written. */
    public static LogQuery tail(long lines) {
        return new LogQuery(OptionalLong.of(lines), Optional.empty(), false, OptionalLong.empty());
    }
}
