package dev.weft.foundation.log;

import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/**
 * A logger that asks the JDK for the real one when something is to be logged. The first {@link
 * System#getLogger} of a process opens every jar of the class path, to look for who gives loggers;
 * a start has better things to do. Any thread.
 */
public final class LateLogger implements System.Logger {
    private final String name;

    /** Whoever comes second asks for the same one once more. */
    private volatile System.@Nullable Logger found;

    private LateLogger(String name) {
        this.name = name;
    }

    /** The logger of a class, under its name. */
    public static System.Logger of(Class<?> type) {
        return new LateLogger(type.getName());
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public boolean isLoggable(Level level) {
        return real().isLoggable(level);
    }

    @Override
    public void log(
            Level level,
            @Nullable ResourceBundle bundle,
            @Nullable String message,
            @Nullable Throwable thrown) {
        real().log(level, bundle, message, thrown);
    }

    @Override
    public void log(
            Level level,
            @Nullable ResourceBundle bundle,
            @Nullable String format,
            @Nullable Object @Nullable ... parameters) {
        real().log(level, bundle, format, parameters);
    }

    private System.Logger real() {
        System.Logger logger = found;
        if (logger == null) {
            logger = System.getLogger(name);
            found = logger;
        }
        return logger;
    }
}
