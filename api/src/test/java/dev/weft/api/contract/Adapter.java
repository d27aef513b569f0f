package dev.weft.api.contract;

/** The ways in which a controller can meet its API. */
public enum Adapter {
    /** Called directly, in the same process. */
    EMBEDDED,
    /** Embedded, behind a client that lags, conflicts, forgets and repeats. */
    HOSTILE
}
