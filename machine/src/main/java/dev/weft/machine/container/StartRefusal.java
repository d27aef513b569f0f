package dev.weft.machine.container;

/** Why a container cannot be started yet, as its status says it. An outcome, not a fault. */
public final class StartRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public static final String CONFIG = "CreateContainerConfigError";
    public static final String CREATE = "CreateContainerError";
    public static final String START = "StartError";

    private final String reason;

    public StartRefusal(String reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    public static StartRefusal config(String message) {
        return new StartRefusal(CONFIG, message);
    }

    public String reason() {
        return reason;
    }

    public String text() {
        String message = getMessage();
        return message == null ? reason : message;
    }
}
