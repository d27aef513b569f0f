package dev.weft.dataplane.event;

/** What becomes of a connection, from a caller or to an endpoint. */
public enum ConnectionEvent implements WireEvent {
    OPENED,
    /** It is opened, and encrypted. */
    ENCRYPTED,
    CLOSED,
    /** It could not be made. */
    FAILED;

    @Override
    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
