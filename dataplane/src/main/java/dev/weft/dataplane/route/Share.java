package dev.weft.dataplane.route;

/**
 * How many of all: {@code 1} of {@code 100}.
 *
 * @param parts 0 for none, {@code of} for all
 */
public record Share(int parts, int of) {
    private static final Share ALL = new Share(1, 1);
    private static final Share NONE = new Share(0, 1);

    public Share {
        if (of < 1 || parts < 0 || parts > of) {
            throw new IllegalArgumentException(
                    "share: " + parts + " of " + of + " (expected: 0 to all, of 1 or more)");
        }
    }

    public static Share all() {
        return ALL;
    }

    public static Share none() {
        return NONE;
    }

    public static Share percent(int percent) {
        return new Share(percent, 100);
    }

    /** Whether something takes part that drew a number from 0 up to but not including 1. */
    public boolean takes(double drawn) {
        return drawn * of < parts;
    }
}
