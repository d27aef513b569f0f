package dev.weft.dataplane.route;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression that a whole text must match, with a bound on what matching may cost: no
 * look-around and no back reference, so that it means the same to an engine without backtracking,
 * and so many steps at the most. A text that would need more does not match. Any thread.
 */
public final class Expression {
    private static final int LENGTH_MAX = 512;
    private static final int INPUT_MAX = 4096;
    private static final int STEPS_MAX = 40_000;

    private final String text;
    private final Pattern pattern;

    private Expression(String text, Pattern pattern) {
        this.text = text;
        this.pattern = pattern;
    }

    /**
     * @throws IllegalArgumentException that says what is wrong with it
     */
    public static Expression of(String text) {
        if (text.length() > LENGTH_MAX) {
            throw new IllegalArgumentException(
                    "expression of "
                            + text.length()
                            + " characters (expected: at most "
                            + LENGTH_MAX
                            + ")");
        }
        checkPlain(text);
        try {
            return new Expression(text, Pattern.compile(text));
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "expression: " + text + " (" + e.getDescription() + ")", e);
        } catch (StackOverflowError e) {
            throw new IllegalArgumentException(
                    "expression: nested too deeply (expected: fewer groups within groups)", e);
        }
    }

    private static void checkPlain(String text) {
        for (int i = 0; i + 1 < text.length(); i++) {
            char next = text.charAt(i + 1);
            if (text.charAt(i) == '\\') {
                if ((next >= '1' && next <= '9') || next == 'k') {
                    throw new IllegalArgumentException(
                            "expression: " + text + " refers back (expected: no \\" + next + ")");
                }
                i++;
            } else if (looksAround(text, i)) {
                throw new IllegalArgumentException(
                        "expression: " + text + " looks around (expected: no (?= (?! (?<= (?<!)");
            }
        }
    }

    private static boolean looksAround(String text, int at) {
        return text.startsWith("(?=", at)
                || text.startsWith("(?!", at)
                || text.startsWith("(?<=", at)
                || text.startsWith("(?<!", at);
    }

    public String text() {
        return text;
    }

    /** Whether it matches the whole of a text. */
    public boolean matches(CharSequence input) {
        return matches(input, 0);
    }

    /** Whether it matches the rest of a text, which it sees the beginning of. */
    public boolean matches(CharSequence input, int from) {
        if (input.length() > INPUT_MAX) {
            return false;
        }
        try {
            return pattern.matcher(new Counted(input, new int[1]))
                    .region(from, input.length())
                    .useAnchoringBounds(false)
                    .useTransparentBounds(true)
                    .matches();
        } catch (TooDear | StackOverflowError e) {
            return false;
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Expression it && it.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }

    /** Gives up when it has been asked for too many characters: each step asks for one. */
    private record Counted(CharSequence input, int[] steps) implements CharSequence {
        @Override
        public int length() {
            return input.length();
        }

        @Override
        public char charAt(int index) {
            if (++steps[0] > STEPS_MAX) {
                throw TooDear.ONCE;
            }
            return input.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Counted(input.subSequence(start, end), steps);
        }

        @Override
        public String toString() {
            return input.toString();
        }
    }

    private static final class TooDear extends RuntimeException {
        private static final long serialVersionUID = 1;
        static final TooDear ONCE = new TooDear();

        private TooDear() {
            super("too many steps", null, false, false);
        }
    }
}
