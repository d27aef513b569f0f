package dev.weft.dataplane.service;

/** What an exchange can wait for with a bound; each kind at most once at a time. */
public enum Alarm {
    /** The request as a whole, all tries together. */
    REQUEST,
    /** One try. */
    TRY,
    /** A pause: before another try, or in a queue. */
    PAUSE,
    /** A stream that may not last for ever. */
    LASTING
}
