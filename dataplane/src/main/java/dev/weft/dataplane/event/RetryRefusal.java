package dev.weft.dataplane.event;

/** Why a request that failed was not sent again. */
public enum RetryRefusal implements WireEvent {
    /** It has been sent as often as it may be. */
    ATTEMPTS,
    /** Too many others have been sent again lately. */
    BUDGET,
    /** Its body cannot be given from its beginning any more. */
    BODY,
    /** It may have had an effect, and is not idempotent. */
    METHOD,
    /** The endpoint asked not to, or to wait too long. */
    PUSHBACK;

    @Override
    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
