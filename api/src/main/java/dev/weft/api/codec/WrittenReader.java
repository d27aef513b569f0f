package dev.weft.api.codec;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Makes a tree of what {@link JsonText} has written: no white space, no name twice. Whatever does
 * not look like that, and any number with a fraction, is left to the reader of all JSON; that one
 * needs {@code BigDecimal}, for which the JDK computes large powers in tens of milliseconds, in
 * which a start would have read all that it needs. Belongs to one thread and one text.
 */
final class WrittenReader {
    private static final int DEPTH_MAX = 100;
    private static final int DIGITS_MAX = 18;
    private static final int NAMES = 1024;

    /** Names seen, by their bytes. Who comes second may overwrite: both are the same text. */
    private static final @Nullable String[] KNOWN = new String[NAMES];

    private final byte[] text;
    private final OpenNodes open = new OpenNodes();
    private int at;
    private int depth;

    private WrittenReader(byte[] text) {
        this.text = text;
    }

    /** Nothing where the text is not as this reader expects it, which says nothing of the text. */
    static @Nullable Json read(byte[] text) {
        var reader = new WrittenReader(text);
        Json value = reader.value();
        if (reader.at < text.length) {
            return null;
        }
        return value;
    }

    private int peek() {
        return at < text.length ? text[at] : 0;
    }

    private boolean takes(char expected) {
        if (peek() == expected) {
            at++;
            return true;
        }
        return false;
    }

    private @Nullable Json value() {
        return switch (peek()) {
            case '{' -> deeper(true);
            case '[' -> deeper(false);
            case '"' -> {
                String string = string();
                if (string == null) {
                    yield null;
                }
                yield new JsonString(string);
            }
            case 't' -> word("true", JsonBoolean.TRUE);
            case 'f' -> word("false", JsonBoolean.FALSE);
            case 'n' -> word("null", JsonNull.NULL);
            default -> number();
        };
    }

    private @Nullable Json deeper(boolean object) {
        if (depth == DEPTH_MAX) {
            return null;
        }
        depth++;
        at++;
        Json made = object ? object() : array();
        depth--;
        return made;
    }

    private @Nullable Json object() {
        int from = open.top();
        if (takes('}')) {
            return open.object(from);
        }
        do {
            if (peek() != '"') {
                return null;
            }
            String name = name();
            if (name == null || !takes(':')) {
                return null;
            }
            Json value = value();
            if (value == null) {
                return null;
            }
            open.push(name, value);
        } while (takes(','));
        if (!takes('}')) {
            return null;
        }
        return open.object(from);
    }

    private @Nullable Json array() {
        int from = open.top();
        if (takes(']')) {
            return open.array(from);
        }
        do {
            Json value = value();
            if (value == null) {
                return null;
            }
            open.push("", value);
        } while (takes(','));
        if (!takes(']')) {
            return null;
        }
        return open.array(from);
    }

    private @Nullable Json word(String word, Json value) {
        for (int i = 0; i < word.length(); i++) {
            if (!takes(word.charAt(i))) {
                return null;
            }
        }
        return value;
    }

    private @Nullable Json number() {
        boolean negative = takes('-');
        int from = at;
        long number = 0;
        while (peek() >= '0' && peek() <= '9') {
            number = number * 10 + (text[at++] - '0');
            if (at - from > DIGITS_MAX) {
                return null;
            }
        }
        boolean zeroBefore = at > from && text[from] == '0' && (at - from > 1 || negative);
        if (at == from || zeroBefore || peek() == '.' || peek() == 'e' || peek() == 'E') {
            return null;
        }
        return JsonNumber.of(negative ? -number : number);
    }

    /** A name, which is one object for all trees. */
    private @Nullable String name() {
        int from = at + 1;
        int hash = 0;
        for (int i = from; i < text.length && text[i] != '"'; i++) {
            hash = hash * 31 + text[i];
        }
        int place = (hash ^ hash >>> 16) & (NAMES - 1);
        String known = KNOWN[place];
        if (known != null && isAt(from, known)) {
            at = from + known.length() + 1;
            return known;
        }
        String name = string();
        if (name != null) {
            name = name.intern();
            KNOWN[place] = name;
        }
        return name;
    }

    /** Whether that text stands there up to the quote, in ASCII and without an escape. */
    private boolean isAt(int from, String known) {
        int end = from + known.length();
        if (end >= text.length || text[end] != '"') {
            return false;
        }
        for (int i = from; i < end; i++) {
            if (text[i] != known.charAt(i - from) || text[i] == '\\' || text[i] == '"') {
                return false;
            }
        }
        return true;
    }

    private @Nullable String string() {
        int from = ++at;
        StringBuilder before = null;
        while (at < text.length) {
            int next = text[at];
            if (next == '"') {
                String rest = new String(text, from, at++ - from, StandardCharsets.UTF_8);
                // It may stand for bytes that are no text.
                if (rest.indexOf('\uFFFD') >= 0) {
                    return null;
                }
                return before == null ? rest : before.append(rest).toString();
            }
            if (next >= 0 && next < ' ') {
                return null;
            }
            if (next == '\\') {
                before = before == null ? new StringBuilder() : before;
                String part = new String(text, from, at - from, StandardCharsets.UTF_8);
                if (part.indexOf('\uFFFD') >= 0) {
                    return null;
                }
                before.append(part);
                int meant = escaped();
                if (meant < 0) {
                    return null;
                }
                before.append((char) meant);
                from = at;
            } else {
                at++;
            }
        }
        return null;
    }

    /** The character of an escape, which is behind us then; -1 where it is none. */
    private int escaped() {
        at++;
        int kind = peek();
        at++;
        return switch (kind) {
            case '"', '\\', '/' -> kind;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> hexadecimal();
            default -> -1;
        };
    }

    private int hexadecimal() {
        int code = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(peek(), 16);
            if (digit < 0) {
                return -1;
            }
            code = code * 16 + digit;
            at++;
        }
        return code;
    }
}
