package dev.weft.api.cel;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What quoted texts mean. Any thread. */
final class Literals {
    private Literals() {}

    /** The text of a token with its prefix and quotes, null where an escape in it means nothing. */
    static @Nullable String text(String token) {
        return (String) read(token, false);
    }

    static byte @Nullable [] bytes(String token) {
        return (byte[]) read(token.substring(1), true);
    }

    private static @Nullable Object read(String token, boolean bytes) {
        boolean raw = token.charAt(0) == 'r' || token.charAt(0) == 'R';
        String quoted = raw ? token.substring(1) : token;
        int quotes = quoted.length() >= 6 && isTriple(quoted) ? 3 : 1;
        String inner = quoted.substring(quotes, quoted.length() - quotes);
        String plain = inner.replace("\r\n", "\n").replace('\r', '\n');
        if (raw) {
            return bytes ? plain.getBytes(StandardCharsets.UTF_8) : plain;
        }
        return bytes ? unescapedBytes(plain) : unescaped(plain);
    }

    private static boolean isTriple(String quoted) {
        char mark = quoted.charAt(0);
        return quoted.charAt(1) == mark && quoted.charAt(2) == mark;
    }

    private static @Nullable String unescaped(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        var plain = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            if (text.charAt(at) != '\\') {
                plain.append(text.charAt(at++));
                continue;
            }
            int length = length(text, at);
            int point = length < 0 ? -1 : point(text, at, length);
            if (point < 0 || !Character.isValidCodePoint(point) || isSurrogate(point)) {
                return null;
            }
            plain.appendCodePoint(point);
            at += length;
        }
        return plain.toString();
    }

    private static boolean isSurrogate(int point) {
        return point >= 0xD800 && point < 0xE000;
    }

    private static byte @Nullable [] unescapedBytes(String text) {
        var plain = new ByteArrayOutputStream();
        int at = 0;
        while (at < text.length()) {
            if (text.charAt(at) != '\\') {
                int point = text.codePointAt(at);
                plain.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
                at += Character.charCount(point);
                continue;
            }
            int length = length(text, at);
            int point = length < 0 ? -1 : point(text, at, length);
            if (point < 0 || length > 4) {
                return null;
            }
            plain.write(point);
            at += length;
        }
        return plain.toByteArray();
    }

    /** How many characters the escape takes, below zero where it is none. */
    private static int length(String text, int at) {
        if (at + 1 >= text.length()) {
            return -1;
        }
        int length =
                switch (text.charAt(at + 1)) {
                    case 'x', 'X' -> 4;
                    case 'u' -> 6;
                    case 'U' -> 10;
                    case '0', '1', '2', '3' -> 4;
                    default -> 2;
                };
        return at + length <= text.length() ? length : -1;
    }

    private static int point(String text, int at, int length) {
        char kind = text.charAt(at + 1);
        return switch (kind) {
            case 'a' -> 7;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'v' -> 11;
            case '"', '\'', '`', '\\', '?' -> kind;
            case 'x', 'X', 'u', 'U' -> number(text.substring(at + 2, at + length), 16);
            default -> number(text.substring(at + 1, at + length), 8);
        };
    }

    private static int number(String digits, int radix) {
        int number = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = Character.digit(digits.charAt(i), radix);
            if (digit < 0 || number > 0x10FFFF) {
                return -1;
            }
            number = number * radix + digit;
        }
        return number;
    }
}
