package dev.weft.app.config;

/** A setting that is not known or cannot be understood. The message says where it stands. */
public final class SettingsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String seen;

    SettingsException(String what, String seen) {
        super(what);
        this.seen = seen;
    }

    /** What was seen against what was expected. */
    public String seen() {
        return seen;
    }
}
