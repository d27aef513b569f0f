package dev.weft.api.cel;

import dev.weft.api.cel.Token.Sort;
import java.util.ArrayList;
import java.util.List;

/** Cuts a text into words. What is no word is a problem and left out. Belongs to one thread. */
final class Lexer {
    private static final List<String> MARKS =
            List.of(
                    "==", "!=", "<=", ">=", "&&", "||", "[", "]", "{", "}", "(", ")", ".", ",", "-",
                    "!", "?", ":", "+", "*", "/", "%", "<", ">");

    private final int[] source;
    private final Problems problems;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    Lexer(int[] source, Problems problems) {
        this.source = source;
        this.problems = problems;
    }

    List<Token> tokens() {
        while (true) {
            skipSpace();
            if (at >= source.length) {
                tokens.add(new Token(Sort.END, "", at));
                return tokens;
            }
            if (!string() && !number() && !word() && !mark()) {
                wrong(at, Math.min(at + failedMark(), source.length));
            }
        }
    }

    private void skipSpace() {
        while (at < source.length) {
            int c = source[at];
            if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
                at++;
            } else if (c == '/' && peek(1) == '/') {
                while (at < source.length && source[at] != '\n') {
                    at++;
                }
            } else {
                return;
            }
        }
    }

    private int peek(int ahead) {
        return at + ahead < source.length ? source[at + ahead] : -1;
    }

    private void add(Sort sort, int end) {
        tokens.add(new Token(sort, new String(source, at, end - at), at));
        at = end;
    }

    private void wrong(int from, int to) {
        String text =
                new String(source, from, to - from)
                        .replace("\n", "\\n")
                        .replace("\t", "\\t")
                        .replace("\r", "\\r");
        problems.add(from, "Syntax error: token recognition error at: '" + text + "'");
        at = to;
    }

    /** A mark of two characters of which only the first is there takes the next one along. */
    private int failedMark() {
        return source[at] == '=' || source[at] == '&' || source[at] == '|' ? 2 : 1;
    }

    private boolean mark() {
        for (String mark : MARKS) {
            boolean matches = source[at] == mark.charAt(0);
            if (matches && mark.length() == 2) {
                matches = peek(1) == mark.charAt(1);
            }
            if (matches) {
                add(Sort.MARK, at + mark.length());
                return true;
            }
        }
        return false;
    }

    private boolean word() {
        if (source[at] == '`') {
            return quotedWord();
        }
        if (!isLetter(source[at])) {
            return false;
        }
        int end = at;
        while (end < source.length && (isLetter(source[end]) || isDigit(source[end]))) {
            end++;
        }
        add(Sort.IDENT, end);
        return true;
    }

    private boolean quotedWord() {
        int end = at + 1;
        while (end < source.length && isQuotable(source[end])) {
            end++;
        }
        if (end >= source.length || source[end] != '`' || end == at + 1) {
            return false;
        }
        tokens.add(new Token(Sort.QUOTED_IDENT, new String(source, at + 1, end - at - 1), at));
        at = end + 1;
        return true;
    }

    private static boolean isQuotable(int c) {
        return isLetter(c) || isDigit(c) || c == '.' || c == '-' || c == '/' || c == ' ';
    }

    private static boolean isLetter(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isHex(int c) {
        return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
    }

    private boolean number() {
        int end = at;
        if (source[at] == '0' && (peek(1) == 'x' || peek(1) == 'X') && isHex(peek(2))) {
            end += 2;
            while (end < source.length && isHex(source[end])) {
                end++;
            }
            whole(end);
            return true;
        }
        end = digits(end);
        boolean fraction =
                end + 1 < source.length && source[end] == '.' && isDigit(source[end + 1]);
        if (end == at && !fraction) {
            return false;
        }
        int whole = end;
        if (fraction) {
            end = digits(end + 1);
        }
        int exponent = exponent(end);
        if (!fraction && exponent == end) {
            whole(whole);
        } else {
            add(Sort.FLOAT, exponent);
        }
        return true;
    }

    private void whole(int end) {
        if (end < source.length && (source[end] == 'u' || source[end] == 'U')) {
            add(Sort.UINT, end + 1);
        } else {
            add(Sort.INT, end);
        }
    }

    private int digits(int from) {
        int end = from;
        while (end < source.length && isDigit(source[end])) {
            end++;
        }
        return end;
    }

    private int exponent(int from) {
        if (from >= source.length || source[from] != 'e' && source[from] != 'E') {
            return from;
        }
        int sign = from + 1;
        if (sign < source.length && (source[sign] == '+' || source[sign] == '-')) {
            sign++;
        }
        int end = digits(sign);
        return end == sign ? from : end;
    }

    private boolean string() {
        int quote = at;
        boolean bytes = false;
        boolean raw = false;
        while (quote < source.length && quote - at < 2) {
            int c = source[quote];
            if (!bytes && (c == 'b' || c == 'B') && !raw) {
                bytes = true;
            } else if (!raw && (c == 'r' || c == 'R')) {
                raw = true;
            } else {
                break;
            }
            quote++;
        }
        if (quote >= source.length || source[quote] != '"' && source[quote] != '\'') {
            return false;
        }
        int mark = source[quote];
        boolean triple =
                quote + 2 < source.length && source[quote + 1] == mark && source[quote + 2] == mark;
        int end = triple ? closed(quote + 3, mark, raw, true) : -1;
        if (end < 0) {
            end = closed(quote + 1, mark, raw, false);
        }
        if (end < 0) {
            // A name before the quote, as in b'…, is still a name.
            wrong(quote, Math.min(-end, source.length));
        } else {
            add(bytes ? Sort.BYTES : Sort.STRING, end);
        }
        return true;
    }

    /** Where the text ends, past its quotes; below zero where it does not. */
    private int closed(int from, int mark, boolean raw, boolean triple) {
        int here = from;
        while (here < source.length) {
            int c = source[here];
            if (c == '\\' && !raw) {
                if (here + 1 < source.length && !isEscape(source[here + 1])) {
                    return -(here + 2);
                }
                here += 2;
            } else if (c == mark && !triple) {
                return here + 1;
            } else if (c == mark
                    && here + 2 < source.length
                    && source[here + 1] == mark
                    && source[here + 2] == mark) {
                return here + 3;
            } else if (!triple && (c == '\n' || c == '\r')) {
                return -(here + 1);
            } else {
                here++;
            }
        }
        return -source.length;
    }

    private static boolean isEscape(int c) {
        return c >= '0' && c <= '3' || "abfnrtvxXuU\"'`\\?".indexOf(c) >= 0;
    }
}
