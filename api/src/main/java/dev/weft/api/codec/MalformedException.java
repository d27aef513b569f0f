package dev.weft.api.codec;

/** A text that is not what it should be. The message says what was seen, and where. */
public final class MalformedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MalformedException(String message) {
        super(message);
    }
}
