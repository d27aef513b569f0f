package dev.weft.dataplane.route;

/** What a backend sees as the path. The query is never touched. */
public sealed interface PathRewrite {
    /** The path as it came. */
    record Keep() implements PathRewrite {}

    /**
     * The matched prefix is replaced: with {@code /}, the prefix {@code /function/figlet} turns
     * {@code /function/figlet/a} into {@code /a}, and {@code /function/figlet} into {@code /}.
     */
    record ReplacePrefix(String replacement) implements PathRewrite {
        public ReplacePrefix {
            check(replacement);
            if (replacement.length() > 1 && replacement.endsWith("/")) {
                throw new IllegalArgumentException(
                        "replacement: "
                                + replacement
                                + " (expected: / or /a/b without a slash at the end)");
            }
        }
    }

    /**
     * So much is taken away from the front of the path, whatever the route matches; the path begins
     * with it.
     */
    record Without(String front) implements PathRewrite {
        public Without {
            check(front);
        }
    }

    /** Another path altogether. */
    record Replace(String path) implements PathRewrite {
        public Replace {
            check(path);
        }
    }

    private static void check(String path) {
        if (!path.startsWith("/")
                || path.chars().anyMatch(c -> c <= ' ' || c >= 127 || c == '?' || c == '#')) {
            throw new IllegalArgumentException(
                    "replacement: " + path + " (expected: a slash first, percent-encoded)");
        }
    }

    /** Takes the matched prefix away. */
    static PathRewrite strip() {
        return new ReplacePrefix("/");
    }
}
