package dev.weft.machine.pod;

/** Why a container cannot be started yet, as its status says it. An outcome, not a fault. */
final class StartRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    static final String CONFIG = "CreateContainerConfigError";
    static final String CREATE = "CreateContainerError";
    static final String START = "StartError";

    private final String reason;

    StartRefusal(String reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    static StartRefusal config(String message) {
        return new StartRefusal(CONFIG, message);
    }

    String reason() {
        return reason;
    }

    String text() {
        String message = getMessage();
        return message == null ? reason : message;
    }
}
