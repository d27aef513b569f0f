package dev.weft.app.cli;

/**
 * A command that could not do what was asked, in three lines: what failed, what was seen against
 * what was expected, and what to do now. The later two may be empty.
 */
public final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Exit codes, the same for every verb. */
    public static final int FAILED = 1;

    public static final int USAGE = 2;
    public static final int NOT_READY = 3;
    public static final int INTERRUPTED = 130;

    private final int code;
    private final String seen;
    private final String remedy;

    private Failure(int code, String what, String seen, String remedy) {
        super(what, null, false, false);
        this.code = code;
        this.seen = seen;
        this.remedy = remedy;
    }

    public static Failure of(String what, String seen, String remedy) {
        return new Failure(FAILED, what, seen, remedy);
    }

    public static Failure usage(String what, String seen, String remedy) {
        return new Failure(USAGE, what, seen, remedy);
    }

    public static Failure notReady(String what, String seen, String remedy) {
        return new Failure(NOT_READY, what, seen, remedy);
    }

    public int code() {
        return code;
    }

    String seen() {
        return seen;
    }

    String remedy() {
        return remedy;
    }
}
