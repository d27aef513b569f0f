package dev.weft.dataplane.proxy.match;

import dev.weft.dataplane.route.Expression;

/**
 * The whole segments that every path begins with which an expression matches, and the rest of the
 * expression, which is the same for many. Pure.
 *
 * @param text {@code /api} for {@code /api/v[0-9]+}: a path that matches is that, or goes on with a
 *     slash. Empty where nothing can be said.
 * @param rest of the expression: matches what follows in exactly the paths that the whole matches
 * @param length of the path that the rest does not look at
 */
record LiteralStart(String text, String rest, int length) {
    private static final String SPECIAL = ".[]{}()*+?^$|\\";

    static LiteralStart of(Expression expression) {
        String text = expression.text();
        if (text.indexOf('|') >= 0) {
            return new LiteralStart("", text, 0);
        }
        var literal = new StringBuilder();
        int[] places = new int[text.length()];
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            boolean escaped =
                    c == '\\' && i + 1 < text.length() && isPunctuation(text.charAt(i + 1));
            if (!escaped && SPECIAL.indexOf(c) >= 0) {
                break;
            }
            places[literal.length()] = i;
            literal.append(escaped ? text.charAt(i + 1) : c);
            i += escaped ? 2 : 1;
        }
        if (i < text.length() && "*+?{".indexOf(text.charAt(i)) >= 0 && !literal.isEmpty()) {
            literal.setLength(literal.length() - 1);
        }
        int slash = literal.lastIndexOf("/");
        if (slash <= 0 || literal.charAt(0) != '/') {
            return new LiteralStart("", text, 0);
        }
        String start = literal.substring(0, slash);
        // \G is where matching began
        return text.contains("\\G")
                ? new LiteralStart(start, text, 0)
                : new LiteralStart(start, text.substring(places[slash]), slash);
    }

    private static boolean isPunctuation(char c) {
        return c > ' ' && c < 127 && !Character.isLetterOrDigit(c);
    }
}
