package dev.weft.dataplane.tcp;

import dev.weft.dataplane.http.FieldName;
import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.http.Refusals;
import dev.weft.dataplane.service.Exchange;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a CONNECT asks for. Pure.
 *
 * @param host in lower case, an IPv6 address in brackets
 * @param problem why it cannot be served; empty when it can
 */
record Connect(String host, int port, String problem) {
    private static final Pattern AUTHORITY =
            Pattern.compile("([A-Za-z0-9._~-]{1,255}|\\[[0-9A-Fa-f:.]{2,45}]):([0-9]{1,5})");

    static Connect of(Head head) {
        String target = head.query().isEmpty() ? head.path() : head.path() + "?" + head.query();
        Matcher authority = AUTHORITY.matcher(target);
        if (!authority.matches()) {
            return bad("the target of a CONNECT is not HOST:PORT");
        }
        int port = Integer.parseInt(authority.group(2));
        if (port < 1 || port > 65535) {
            return bad("the port of a CONNECT is none");
        }
        String name = authority.group(1);
        Optional<String> host = head.value(FieldName.HOST);
        if (host.isEmpty() && head.version() != 10) {
            return bad("there is no Host field");
        }
        // some clients name the host alone
        if (host.isPresent()
                && !host.get().equalsIgnoreCase(target)
                && !host.get().equalsIgnoreCase(name)) {
            return bad("the target and the Host name different hosts");
        }
        if (head.hasFramedBody()) {
            return bad("a CONNECT has no body");
        }
        String lower = name.toLowerCase(Locale.ROOT);
        boolean dotted = lower.endsWith(".") && lower.length() > 1;
        return new Connect(dotted ? lower.substring(0, lower.length() - 1) : lower, port, "");
    }

    private static Connect bad(String problem) {
        return new Connect("unknown", 1, problem);
    }

    void refuse(Exchange exchange) {
        exchange.refuse(Refusals.malformed(400, problem));
    }
}
