package dev.weft.dataplane.service;

/** How an exchange ended. */
public enum Outcome {
    /** The whole answer was handed to the connection. */
    COMPLETE,
    /** The answer was begun and not ended: the caller saw it cut short. */
    CUT,
    /** The caller went away first. */
    CLIENT_GONE;

    /** Of an exchange whose caller's connection has ended. */
    public static Outcome atLoss(boolean begun, boolean whole) {
        return whole ? COMPLETE : begun ? CUT : CLIENT_GONE;
    }
}
