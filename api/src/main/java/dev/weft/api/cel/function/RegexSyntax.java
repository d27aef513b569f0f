package dev.weft.api.cel.function;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Says a pattern of RE2 in the words of the JDK, and refuses what RE2 does not know. */
final class RegexSyntax {
    private final String regex;
    private final StringBuilder translated = new StringBuilder();
    private int at;

    RegexSyntax(String regex) {
        this.regex = regex;
    }

    String translated() {
        boolean multiline = regex.contains("(?m") || regex.contains("(?sm");
        while (at < regex.length()) {
            char c = regex.charAt(at);
            switch (c) {
                case '\\' -> escape();
                case '[' -> set();
                case '(' -> group();
                case '$' -> {
                    translated.append(multiline ? "$" : "\\z");
                    at++;
                }
                case '*', '+', '?', '}' -> repetition(c);
                default -> {
                    translated.append(c);
                    at++;
                }
            }
        }
        return translated.toString();
    }

    private PatternSyntaxException wrong(String description) {
        return new PatternSyntaxException(description, regex, at);
    }

    private void escape() {
        if (at + 1 >= regex.length()) {
            throw wrong("trailing backslash at end of expression");
        }
        char next = regex.charAt(at + 1);
        if (next >= '1' && next <= '9' || "kGXRZeNhHVc".indexOf(next) >= 0) {
            throw wrong("invalid escape sequence");
        }
        if (next == 'z') {
            translated.append("\\z");
        } else if (next == 'C') {
            translated.append("(?s:.)");
        } else if (next == 's') {
            translated.append("[\\t\\n\\f\\r ]");
        } else if (next == 'S') {
            translated.append("[^\\t\\n\\f\\r ]");
        } else if (next == 'v') {
            translated.append("\\x0B");
        } else if (next == 'Q') {
            literal();
            return;
        } else {
            translated.append('\\').append(next);
            if ("pPx".indexOf(next) >= 0 && regex.startsWith("{", at + 2)) {
                int end = regex.indexOf('}', at);
                if (end < 0) {
                    throw wrong("invalid escape sequence");
                }
                translated.append(regex, at + 2, end + 1);
                at = end - 1;
            }
        }
        at += 2;
    }

    private void literal() {
        int end = regex.indexOf("\\E", at);
        String text = regex.substring(at + 2, end < 0 ? regex.length() : end);
        translated.append(Pattern.quote(text));
        at = end < 0 ? regex.length() : end + 2;
    }

    /** In a set the JDK gives a meaning to {@code [} and {@code &&}, which RE2 does not. */
    private void set() {
        translated.append('[');
        at++;
        if (at < regex.length() && regex.charAt(at) == '^') {
            translated.append('^');
            at++;
        }
        boolean first = true;
        while (at < regex.length() && (first || regex.charAt(at) != ']')) {
            char c = regex.charAt(at);
            if (c == '\\' && at + 1 < regex.length()) {
                char next = regex.charAt(at + 1);
                translated.append(next == 's' ? "\\t\\n\\f\\r " : "\\" + next);
                at += 2;
            } else if (c == '[' && regex.startsWith("[:", at) && regex.indexOf(":]", at) > 0) {
                named();
            } else {
                translated.append("[&]^".indexOf(c) >= 0 || c == '-' && first ? "\\" + c : c);
                at++;
            }
            first = false;
        }
        if (at >= regex.length()) {
            throw wrong("missing closing ]");
        }
        translated.append(']');
        at++;
    }

    private void named() {
        int end = regex.indexOf(":]", at);
        String name = regex.substring(at + 2, end);
        boolean not = name.startsWith("^");
        String words =
                switch (not ? name.substring(1) : name) {
                    case "alpha" -> "Alpha";
                    case "digit" -> "Digit";
                    case "alnum" -> "Alnum";
                    case "upper" -> "Upper";
                    case "lower" -> "Lower";
                    case "punct" -> "Punct";
                    case "space" -> "Space";
                    case "xdigit" -> "XDigit";
                    case "cntrl" -> "Cntrl";
                    case "graph" -> "Graph";
                    case "print" -> "Print";
                    case "blank" -> "Blank";
                    case "ascii" -> "ASCII";
                    case "word" -> "";
                    default -> throw wrong("invalid character class range");
                };
        if (words.isEmpty()) {
            translated.append(not ? "\\W" : "\\w");
        } else {
            translated.append(not ? "\\P{" : "\\p{").append(words).append('}');
        }
        at = end + 2;
    }

    private void group() {
        if (regex.startsWith("(?P<", at)) {
            translated.append("(?<");
            at += 4;
            while (at < regex.length() && regex.charAt(at) != '>') {
                // The JDK takes no underscore in a name, and nobody asks for the name.
                char c = regex.charAt(at);
                translated.append(c == '_' ? 'U' : c);
                at++;
            }
            return;
        }
        if (regex.startsWith("(?=", at)
                || regex.startsWith("(?!", at)
                || regex.startsWith("(?>", at)
                || regex.startsWith("(?<=", at)
                || regex.startsWith("(?<!", at)) {
            throw wrong("invalid or unsupported Perl syntax");
        }
        translated.append('(');
        at++;
        if (at < regex.length() && regex.charAt(at) == '?') {
            translated.append('?');
            at++;
        }
    }

    /** RE2 has no repetition that does not give back, and takes none of a repetition. */
    private void repetition(char c) {
        translated.append(c);
        at++;
        if (at < regex.length() && regex.charAt(at) == '?') {
            translated.append('?');
            at++;
        }
        if (at < regex.length() && "*+".indexOf(regex.charAt(at)) >= 0) {
            throw wrong("invalid nested repetition operator");
        }
    }
}
