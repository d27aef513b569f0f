package dev.weft.dataplane.route;

/**
 * Which requests a route takes.
 *
 * @param prefix whole segments of the path: {@code /a} takes {@code /a}, {@code /a/} and {@code
 *     /a/b}, never {@code /ab}; {@code /} takes every path
 * @param reach from where it may be called
 */
public record Match(String prefix, Reach reach) {
    private static final Match EVERYTHING = new Match("/", Reach.ANYONE);

    public Match {
        if (!prefix.startsWith("/") || (prefix.length() > 1 && prefix.endsWith("/"))) {
            throw new IllegalArgumentException(
                    "prefix: " + prefix + " (expected: / or /a/b without a slash at the end)");
        }
    }

    public static Match everything() {
        return EVERYTHING;
    }

    public static Match prefix(String prefix) {
        return new Match(prefix, Reach.ANYONE);
    }
}
