package dev.weft.api.ask;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Reason;
import dev.weft.api.schema.Causes;
import java.util.List;

/**
 * The words of a label selector, one after the other, and the refusals of what is no selector, as a
 * Kubernetes API words them. Belongs to one thread.
 */
final class LabelText {
    private static final String REQUIREMENT = "unable to parse requirement: ";
    private static final String MARKS = "=!(),<>";
    private static final List<String> OPERATORS =
            List.of("in", "notin", "=", "==", "!=", ">", "<", "!");

    private final String text;
    private int at;

    /** What sort of word. */
    enum Sort {
        NAME,
        /** Also "in" and "notin", which where a name is expected are names. */
        OPERATOR,
        COMMA,
        OPEN,
        CLOSE,
        END,
        WRONG
    }

    record Word(Sort sort, String text) {}

    LabelText(String text) {
        this.text = text;
    }

    /**
     * The next word, which stays the next one.
     *
     * @param named whether a word of the language may be a name here
     */
    Word look(boolean named) {
        int before = at;
        Word word = take(named);
        at = before;
        return word;
    }

    Word take(boolean named) {
        while (at < text.length() && isSpace(text.charAt(at))) {
            at++;
        }
        if (at == text.length()) {
            return new Word(Sort.END, "");
        }
        if (MARKS.indexOf(text.charAt(at)) >= 0) {
            return mark();
        }
        int from = at;
        while (at < text.length()
                && !isSpace(text.charAt(at))
                && MARKS.indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String word = text.substring(from, at);
        boolean operator = !named && OPERATORS.contains(word);
        return new Word(operator ? Sort.OPERATOR : Sort.NAME, word);
    }

    /** As many marks as make one word. */
    private Word mark() {
        int from = at;
        Word best = new Word(Sort.WRONG, "");
        while (at < text.length() && MARKS.indexOf(text.charAt(at)) >= 0) {
            String marks = text.substring(from, at + 1);
            Sort sort = sort(marks);
            if (sort == Sort.WRONG && best.sort != Sort.WRONG) {
                return best;
            }
            best = new Word(sort, marks);
            at++;
        }
        return best.sort == Sort.WRONG
                ? new Word(Sort.WRONG, "error expected: keyword found '" + best.text + "'")
                : best;
    }

    private static Sort sort(String marks) {
        return switch (marks) {
            case "," -> Sort.COMMA;
            case "(" -> Sort.OPEN;
            case ")" -> Sort.CLOSE;
            default -> OPERATORS.contains(marks) ? Sort.OPERATOR : Sort.WRONG;
        };
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }

    /**
     * @param inside whether it stands inside of a requirement
     */
    static ApiException unexpected(Word found, String expected, boolean inside) {
        return refusal((inside ? REQUIREMENT : "") + "found '" + found.text() + "'" + expected);
    }

    static ApiException invalid(String place, String value, List<String> wrong) {
        return refusal(
                "%s%s: Invalid value: %s: %s"
                        .formatted(
                                REQUIREMENT,
                                place,
                                Causes.quoted(value),
                                String.join("; ", wrong)));
    }

    private static ApiException refusal(String why) {
        return new ApiException(Reason.BAD_REQUEST, why);
    }
}
