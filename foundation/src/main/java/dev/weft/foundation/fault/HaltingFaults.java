package dev.weft.foundation.fault;

import java.lang.System.Logger.Level;
import java.util.function.Consumer;

/** Faults of a whole process: reported to its log, and the fatal ones end it. Any thread. */
final class HaltingFaults implements Faults {
    private static final int FAILED = 1;

    private final System.Logger log;
    private final Consumer<String> lastWords;

    HaltingFaults(System.Logger log, Consumer<String> lastWords) {
        this.log = log;
        this.lastWords = lastWords;
    }

    @Override
    public void report(String what, Throwable cause) {
        log.log(Level.ERROR, what, cause);
    }

    /** Halts without closing anything in order: what is in doubt must not be written further. */
    @Override
    public void fatal(String what, Throwable cause) {
        try {
            log.log(Level.ERROR, "fatal: " + what, cause);
            lastWords.accept(what + ": " + cause);
        } finally {
            Runtime.getRuntime().halt(FAILED);
        }
    }
}
