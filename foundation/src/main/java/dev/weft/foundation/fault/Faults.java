package dev.weft.foundation.fault;

import java.util.function.Consumer;

/**
 * Where broken invariants go. Any thread. A fault is never an expected outcome: it is something
 * that the code says cannot happen, or that cannot be survived (a failed sync).
 */
public interface Faults {
    /** Something that should not happen was seen, and the work at hand was given up. */
    void report(String what, Throwable cause);

    /** The process must not go on: says why and ends it. */
    void fatal(String what, Throwable cause);

    /**
     * The faults of a whole process.
     *
     * @param lastWords is given the reason just before a fatal fault ends the process; it must have
     *     written it when it returns
     */
    static Faults ofProcess(System.Logger log, Consumer<String> lastWords) {
        return new HaltingFaults(log, lastWords);
    }
}
