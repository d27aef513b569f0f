package dev.weft.machine.image;

/** What was asked of the image store and cannot be done, with a message for the user. */
public final class ImageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Kind {
        INVALID_NAME,
        /** The directory or the command given is none. */
        INVALID_SOURCE,
        NOT_FOUND,
        IN_USE,
        /** The machine failed: no space, no permission. */
        FAILED
    }

    private final Kind kind;

    public ImageException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public ImageException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
