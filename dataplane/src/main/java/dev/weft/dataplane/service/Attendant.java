package dev.weft.dataplane.service;

/**
 * Whoever works on an exchange at the moment, and is told of what happens at the caller's end.
 * Called on the exchange's event loop.
 */
public interface Attendant {
    /** The caller takes bytes again after {@link Exchange#bytes} returned false. */
    void resume();

    /** The caller has gone or broke the protocol; the exchange is over and must not be used. */
    void cancel();

    /** Time is up for a tunnel: it ends now, as politely as its protocol lets it. */
    default void farewell() {}
}
