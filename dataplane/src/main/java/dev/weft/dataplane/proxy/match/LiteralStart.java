package dev.weft.dataplane.proxy.match;

import dev.weft.dataplane.route.Expression;

/** The whole segments that every path begins with which an expression matches. Pure. */
final class LiteralStart {
    private static final String SPECIAL = ".[]{}()*+?^$|\\";

    private LiteralStart() {}

    /**
     * {@code /api} for {@code /api/v[0-9]+}: a path that matches is that, or goes on with a slash.
     * Empty where nothing can be said.
     */
    static String of(Expression expression) {
        String text = expression.text();
        if (text.indexOf('|') >= 0) {
            return "";
        }
        var literal = new StringBuilder();
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            boolean escaped =
                    c == '\\' && i + 1 < text.length() && isPunctuation(text.charAt(i + 1));
            if (!escaped && SPECIAL.indexOf(c) >= 0) {
                break;
            }
            literal.append(escaped ? text.charAt(i + 1) : c);
            i += escaped ? 2 : 1;
        }
        if (i < text.length() && "*+?{".indexOf(text.charAt(i)) >= 0 && !literal.isEmpty()) {
            literal.setLength(literal.length() - 1);
        }
        int slash = literal.lastIndexOf("/");
        return slash <= 0 || literal.charAt(0) != '/' ? "" : literal.substring(0, slash);
    }

    private static boolean isPunctuation(char c) {
        return c > ' ' && c < 127 && !Character.isLetterOrDigit(c);
    }
}
