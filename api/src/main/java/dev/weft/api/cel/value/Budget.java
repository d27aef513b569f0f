package dev.weft.api.cel.value;

/**
 * How much work expressions may do. What a step costs follows the Kubernetes API: one for looking
 * at a value, a tenth for each character that is read. Belongs to one thread.
 */
public final class Budget {
    private static final long CALL_MAX = 1_000_000;

    private long left;
    private long call;

    public Budget(long left) {
        this.left = left;
    }

    /** Nothing more may be run. */
    public boolean isSpent() {
        return left < 0;
    }

    public void begin() {
        call = CALL_MAX;
    }

    public Budget begun() {
        begin();
        return this;
    }

    public void spend(long cost) {
        call -= cost;
        left -= cost;
        if (call < 0) {
            throw new OverException();
        }
    }

    /** What it costs to read so many characters. */
    public void read(long characters) {
        spend((characters + 9) / 10);
    }

    /** A single expression did more than any may. */
    public static final class OverException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        OverException() {
            super("operation cancelled: actual cost limit exceeded", null, false, false);
        }
    }
}
