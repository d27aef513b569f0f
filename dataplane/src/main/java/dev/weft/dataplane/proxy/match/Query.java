package dev.weft.dataplane.proxy.match;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The parameters of a query. Pure. */
final class Query {
    private Query() {}

    /** The value of the first parameter of a name, decoded; empty where it has none. */
    static Optional<String> first(String query, String name) {
        int start = 0;
        while (start <= query.length()) {
            int end = query.indexOf('&', start);
            int stop = end < 0 ? query.length() : end;
            int equals = query.indexOf('=', start);
            int nameEnd = equals < 0 || equals > stop ? stop : equals;
            if (nameEnd > start && decoded(query.substring(start, nameEnd)).equals(name)) {
                return Optional.of(
                        nameEnd == stop ? "" : decoded(query.substring(nameEnd + 1, stop)));
            }
            start = stop + 1;
        }
        return Optional.empty();
    }

    /** What is not a proper escape stands for itself. */
    private static String decoded(String text) {
        if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
            return text;
        }
        var bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%'
                    && i + 2 < text.length()
                    && Character.digit(text.charAt(i + 1), 16) >= 0
                    && Character.digit(text.charAt(i + 2), 16) >= 0) {
                bytes.write(Integer.parseInt(text, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.write(c == '+' ? ' ' : c);
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
