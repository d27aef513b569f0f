package dev.weft.api.patch;

/** A patch that cannot be applied. */
public final class PatchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Problem {
        /** It is not a patch of that form: 400. */
        MALFORMED,
        /** It is a patch, but does not fit this object: 422. */
        UNFIT
    }

    private final Problem problem;

    public PatchException(Problem problem, String message) {
        super(message);
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }
}
