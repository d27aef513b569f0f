package dev.weft.api.cel;

/** A text that is no expression, or one whose types do not fit. The message shows the places. */
public final class CompileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CompileException(String message) {
        super(message, null, false, false);
    }
}
