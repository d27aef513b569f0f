package dev.weft.machine.log;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;

/**
 * The form of a line: {@code 2026-01-02T03:04:05.000000006Z stdout F text}. Everything before the
 * text has a fixed width, so that a line can be judged without reading it whole and times can be
 * compared as bytes. {@code P} instead of {@code F} says that the line goes on in the next one.
 */
final class LogLine {
    static final int TIME_WIDTH = 30;
    static final int TAG_AT = TIME_WIDTH + " stdout ".length();
    static final int TEXT_AT = TAG_AT + 2;

    /** A line longer than this is kept as several. */
    static final int TEXT_MAX = 16 << 10;

    private LogLine() {}

    /** The time, with nine digits after the point whatever they are. */
    static String time(Instant moment) {
        ZonedDateTime at = moment.atZone(ZoneOffset.UTC);
        var text = new StringBuilder(TIME_WIDTH);
        digits(text, at.getYear(), 4).append('-');
        digits(text, at.getMonthValue(), 2).append('-');
        digits(text, at.getDayOfMonth(), 2).append('T');
        digits(text, at.getHour(), 2).append(':');
        digits(text, at.getMinute(), 2).append(':');
        digits(text, at.getSecond(), 2).append('.');
        return digits(text, at.getNano(), 9).append('Z').toString();
    }

    private static StringBuilder digits(StringBuilder text, int number, int width) {
        String digits = Integer.toString(number);
        return text.append("0".repeat(Math.max(0, width - digits.length()))).append(digits);
    }
}
