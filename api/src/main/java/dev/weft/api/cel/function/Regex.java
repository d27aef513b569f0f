package dev.weft.api.cel.function;

import dev.weft.api.cel.function.Library.Function;
import dev.weft.api.cel.value.Budget;
import dev.weft.api.cel.value.EvalException;
import dev.weft.api.cel.value.Value;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Patterns as RE2 has them, matched by the JDK. That can be made to try for ever by a pattern and a
 * text that were chosen for it: a match may look at so many characters and no more.
 */
final class Regex {
    private static final int LOOKS_MAX = 2_000_000;
    private static final int KNOWN_MAX = 2_000;
    private static final int KEPT_MAX = 2_000;
    private static final Map<String, String> WORDS =
            Map.of(
                    "Unclosed group", "missing closing )",
                    "Unmatched closing ')'", "unexpected )",
                    "Unclosed character class", "missing closing ]",
                    "Dangling meta character '*'", "missing argument to repetition operator: `*`",
                    "Dangling meta character '+'", "missing argument to repetition operator: `+`");
    private static final Map<String, Pattern> KNOWN = new ConcurrentHashMap<>();

    private Regex() {}

    static void addTo(Map<String, Function> functions) {
        functions.put("matches", (args, budget) -> Value.of(finds(matcher(args, budget))));
        functions.put(
                "find",
                (args, budget) -> {
                    Matcher matcher = matcher(args, budget);
                    return Value.of(finds(matcher) ? matcher.group() : "");
                });
        functions.put("findAll", Regex::findAll);
    }

    private static Value findAll(Value[] args, Budget budget) {
        Matcher matcher = matcher(args, budget);
        long max =
                args.length > 2 && args[2] instanceof Value.Int it && it.number() >= 0
                        ? it.number()
                        : Long.MAX_VALUE;
        var found = new ArrayList<Value>();
        while (found.size() < max && finds(matcher)) {
            budget.spend(1);
            found.add(Value.of(matcher.group()));
        }
        return new Value.Listed(found);
    }

    /** The JDK's matcher goes down a level for each character that some patterns repeat. */
    private static boolean finds(Matcher matcher) {
        try {
            return matcher.find();
        } catch (StackOverflowError e) {
            throw tooMuch();
        }
    }

    private static EvalException tooMuch() {
        return new EvalException("the pattern needs too many steps on this text");
    }

    private static Matcher matcher(Value[] args, Budget budget) {
        String text = Texts.text(args[0]);
        String regex = Texts.text(args[1]);
        long looks = Math.max(1, (text.length() + 10) / 10) * Math.max(1, (regex.length() + 3) / 4);
        budget.spend(looks);
        return of(regex).matcher(new Counted(text, new int[] {LOOKS_MAX}));
    }

    /**
     * @throws EvalException where the text is no pattern
     */
    static Pattern of(String regex) {
        Pattern known = KNOWN.get(regex);
        if (known != null) {
            return known;
        }
        if (KNOWN.size() > KNOWN_MAX) {
            KNOWN.clear();
        }
        Pattern pattern = compiled(regex);
        if (regex.length() <= KEPT_MAX) {
            KNOWN.put(regex, pattern);
        }
        return pattern;
    }

    private static Pattern compiled(String regex) {
        try {
            return Pattern.compile(new RegexSyntax(regex).translated());
        } catch (PatternSyntaxException | StackOverflowError e) {
            String why =
                    e instanceof PatternSyntaxException syntax
                            ? WORDS.getOrDefault(syntax.getDescription(), syntax.getDescription())
                            : "expression nests too deeply";
            throw new EvalException("error parsing regexp: " + why + ": `" + regex + "`");
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
                throw tooMuch();
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
