package dev.weft.dataplane.http.path;

/**
 * Brings a path into its one form, in place, before anybody looks at it: matching, access rules and
 * the endpoint then see the same bytes. Escapes of characters that need none are undone, the others
 * are written in capitals, dot segments are resolved, slashes that follow each other become one.
 *
 * <p>Refused is what the next reader may take for something else: a path that climbs above its
 * root, a backslash, control characters and NUL, broken escapes, dot segments with parameters. An
 * encoded slash stays as it is, as a part of its segment; beside a dot segment it is refused. Pure.
 */
public final class PathForm {
    /** The path has an escape or a character that is not taken. */
    public static final int BAD_CHARACTER = -1;

    /** The path has dot segments that lead astray. */
    public static final int ASTRAY = -2;

    private PathForm() {}

    /** Returns where the path ends now, or why it is refused. */
    public static int settle(byte[] b, int start, int end) {
        if (isPlain(b, start, end)) {
            return end;
        }
        int unescaped = unescape(b, start, end);
        return unescaped < 0 ? unescaped : resolve(b, start, unescaped);
    }

    /** Whether a path is in its form already; most are. */
    private static boolean isPlain(byte[] b, int start, int end) {
        for (int i = start; i < end; i++) {
            byte c = b[i];
            if (c == '%' || c == '\\') {
                return false;
            }
            if (c == '/' && i + 1 < end && (b[i + 1] == '/' || b[i + 1] == '.')) {
                return false;
            }
        }
        return true;
    }

    /** Returns the new end, or why not. */
    private static int unescape(byte[] b, int start, int end) {
        int out = start;
        for (int i = start; i < end; i++) {
            byte c = b[i];
            if (c == '\\') {
                return BAD_CHARACTER;
            }
            if (c != '%') {
                b[out++] = c;
                continue;
            }
            int high = i + 2 < end ? Character.digit(b[i + 1], 16) : -1;
            int low = i + 2 < end ? Character.digit(b[i + 2], 16) : -1;
            int value = high << 4 | low;
            if (high < 0 || low < 0 || !isTaken(value)) {
                return BAD_CHARACTER;
            }
            i += 2;
            if (isUnreserved(value)) {
                b[out++] = (byte) value;
            } else {
                b[out++] = '%';
                b[out++] = hex(high);
                b[out++] = hex(low);
            }
        }
        return out;
    }

    /** 0xC0 and 0xC1 begin nothing in UTF-8 but a dot or slash in disguise. */
    private static boolean isTaken(int c) {
        return c >= ' ' && c != 0x7f && c != '\\' && c != 0xc0 && c != 0xc1;
    }

    private static byte hex(int digit) {
        return (byte) (digit < 10 ? '0' + digit : 'A' + digit - 10);
    }

    private static boolean isUnreserved(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '.'
                || c == '_'
                || c == '~';
    }

    /** Returns the new end, or why not. */
    private static int resolve(byte[] b, int start, int end) {
        int out = start;
        int at = start;
        while (at < end) {
            int from = at + 1;
            int to = from;
            while (to < end && b[to] != '/') {
                to++;
            }
            if (isAmbiguous(b, from, to)) {
                return ASTRAY;
            }
            int dots = dots(b, from, to);
            if (dots == 2) {
                if (out == start) {
                    return ASTRAY;
                }
                out--;
                while (b[out] != '/') {
                    out--;
                }
            } else if (dots < 0 && to > from) {
                System.arraycopy(b, at, b, out, to - at);
                out += to - at;
            }
            if (to == end && (dots >= 0 || to == from)) {
                b[out++] = '/';
            }
            at = to;
        }
        return out;
    }

    /** 1 or 2 for the segments {@code .} and {@code ..}, -1 for any other. */
    private static int dots(byte[] b, int from, int to) {
        if (to - from == 1 && b[from] == '.') {
            return 1;
        }
        return to - from == 2 && b[from] == '.' && b[from + 1] == '.' ? 2 : -1;
    }

    /** Dots that are a dot segment only to those who end a segment elsewhere: {@code ..%2F}. */
    private static boolean isAmbiguous(byte[] b, int from, int to) {
        int start = from;
        boolean inParameters = false;
        for (int i = from; i <= to; i++) {
            boolean slash = i + 2 < to && b[i] == '%' && b[i + 1] == '2' && b[i + 2] == 'F';
            boolean ends = slash || i == to;
            boolean parameter = !ends && b[i] == ';';
            boolean whole = start == from && i == to;
            if ((ends || parameter) && !inParameters && !whole && dots(b, start, i) > 0) {
                return true;
            }
            if (slash) {
                start = i + 3;
                inParameters = false;
            } else if (parameter) {
                inParameters = true;
            }
        }
        return false;
    }
}
