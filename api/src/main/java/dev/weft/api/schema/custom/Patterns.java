package dev.weft.api.schema.custom;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The patterns that schemas demand of texts. They come from users, and the JDK's matcher can be
 * made to try for ever: a match may look at so many characters and no more, and a text that needs
 * more does not fit.
 */
final class Patterns {
    private static final int LOOKS_MAX = 2_000_000;
    private static final int KNOWN_MAX = 10_000;
    private static final Map<String, Optional<Pattern>> KNOWN = new ConcurrentHashMap<>();

    private Patterns() {}

    /** Whether the text holds what the pattern describes. A pattern that is none is met by all. */
    static boolean finds(String regex, String text) {
        Optional<Pattern> pattern = compiled(regex);
        if (pattern.isEmpty()) {
            return true;
        }
        try {
            return pattern.get().matcher(new Counted(text, new int[] {LOOKS_MAX})).find();
        } catch (TooManyLooks | StackOverflowError e) {
            return false;
        }
    }

    /** What is wrong with a pattern, empty where nothing is. */
    static Optional<String> problem(String regex) {
        try {
            Pattern.compile(translated(regex));
            return Optional.empty();
        } catch (PatternSyntaxException e) {
            return Optional.of("error parsing regexp: " + e.getDescription() + ": `" + regex + "`");
        } catch (StackOverflowError e) {
            return Optional.of("error parsing regexp: expression nests too deeply");
        }
    }

    private static Optional<Pattern> compiled(String regex) {
        if (KNOWN.size() > KNOWN_MAX) {
            KNOWN.clear();
        }
        return KNOWN.computeIfAbsent(
                regex,
                it -> {
                    try {
                        return Optional.of(Pattern.compile(translated(it)));
                    } catch (PatternSyntaxException | StackOverflowError e) {
                        return Optional.empty();
                    }
                });
    }

    /** Go writes named groups with a P, and its dollar is the very end of the text. */
    private static String translated(String regex) {
        String named = regex.replace("(?P<", "(?<");
        return named.endsWith("$") && !named.endsWith("\\$")
                ? named.substring(0, named.length() - 1) + "\\z"
                : named;
    }

    private static final class TooManyLooks extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooManyLooks() {
            super("too many looks", null, false, false);
        }
    }

    private record Counted(CharSequence text, int[] left) implements CharSequence {
        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (--left[0] < 0) {
                throw new TooManyLooks();
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Counted(text.subSequence(start, end), left);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
