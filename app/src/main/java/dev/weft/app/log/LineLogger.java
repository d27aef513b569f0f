package dev.weft.app.log;

import java.text.MessageFormat;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/** A logger of one class or part. Any thread. */
final class LineLogger implements System.Logger {
    private final String name;
    private final Log log;

    LineLogger(String name, Log log) {
        this.name = name;
        this.log = log;
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public boolean isLoggable(Level level) {
        return log.wants(level);
    }

    @Override
    public void log(
            Level level,
            @Nullable ResourceBundle bundle,
            @Nullable String message,
            @Nullable Throwable thrown) {
        if (isLoggable(level)) {
            log.write(level, name, message == null ? "" : message, thrown);
        }
    }

    @Override
    public void log(
            Level level,
            @Nullable ResourceBundle bundle,
            @Nullable String format,
            @Nullable Object @Nullable ... parameters) {
        if (!isLoggable(level)) {
            return;
        }
        String pattern = format == null ? "" : format;
        log.write(level, name, formatted(pattern, parameters), null);
    }

    private static String formatted(String pattern, @Nullable Object @Nullable [] parameters) {
        if (parameters == null || parameters.length == 0 || pattern.indexOf('{') < 0) {
            return pattern;
        }
        try {
            return MessageFormat.format(pattern, parameters);
        } catch (IllegalArgumentException e) {
            return pattern;
        }
    }
}
