package dev.weft.machine.container;

import java.util.Map;
import java.util.Optional;

/** {@code $(NAME)} in commands and variables, as Kubernetes replaces it. */
public final class Expansion {
    private Expansion() {}

    /** A name that is not known stays as it stands; {@code $$} is a dollar. */
    public static String expand(String text, Map<String, String> known) {
        if (text.indexOf('$') < 0) {
            return text;
        }
        var out = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            char here = text.charAt(at);
            if (here != '$' || at + 1 == text.length()) {
                out.append(here);
                at++;
                continue;
            }
            char next = text.charAt(at + 1);
            int close = next == '(' ? text.indexOf(')', at + 2) : -1;
            if (next == '$') {
                out.append('$');
                at += 2;
            } else if (close >= 0) {
                String name = text.substring(at + 2, close);
                out.append(Optional.ofNullable(known.get(name)).orElse("$(" + name + ")"));
                at = close + 1;
            } else {
                out.append(here).append(next);
                at += 2;
            }
        }
        return out.toString();
    }
}
