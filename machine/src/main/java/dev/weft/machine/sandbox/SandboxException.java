package dev.weft.machine.sandbox;

/** A run that could not be started, with a message for the user. */
public final class SandboxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Kind {
        /** The command is not there, or is no program. */
        NO_COMMAND,
        /** This machine, or the user who runs Weft, cannot do what was asked. */
        NOT_SUPPORTED,
        /** The machine failed: no space, no process, no permission. */
        FAILED
    }

    private final Kind kind;

    public SandboxException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public SandboxException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
