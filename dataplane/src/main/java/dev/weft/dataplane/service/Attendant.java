package dev.weft.dataplane.service;

import org.jspecify.annotations.Nullable;

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

    /** Who is still to be told after the end of the answer: most let go then, and serve another. */
    static @Nullable Attendant afterEnd(@Nullable Attendant one) {
        return one != null && one.staysAfterEnd() ? one : null;
    }

    /** Whether it stays when it has ended the answer: the caller may speak on, in a tunnel. */
    default boolean staysAfterEnd() {
        return false;
    }
}
