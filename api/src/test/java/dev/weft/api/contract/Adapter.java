package dev.weft.api.contract;

/** The ways in which a controller can meet its API. */
public enum Adapter {
    /** Called directly, in the same process. */
    EMBEDDED,
    /** Over HTTPS, through the API's own port. */
    REMOTE,
    /** Embedded, behind a client that lags, conflicts, forgets and repeats. */
    HOSTILE
}
