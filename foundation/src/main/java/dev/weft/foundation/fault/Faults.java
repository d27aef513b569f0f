package dev.weft.foundation.fault;

/**
 * Where broken invariants go. Any thread. A fault is never an expected outcome: it is something
 * that the code says cannot happen, or that cannot be survived (a failed sync).
 */
public interface Faults {
    /** Something that should not happen was seen, and the work at hand was given up. */
    void report(String what, Throwable cause);

    /** The process must not go on: says why and ends it. */
    void fatal(String what, Throwable cause);
}
