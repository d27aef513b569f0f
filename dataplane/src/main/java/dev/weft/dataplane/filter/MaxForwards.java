package dev.weft.dataplane.filter;

import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.route.Refusal;
import dev.weft.dataplane.service.Exchange;
import java.util.Optional;

/**
 * Counts {@code max-forwards} down, which says how many more may pass an OPTIONS or a TRACE on; at
 * 0 it is answered here. Other methods do not have it. Any event loop.
 */
final class MaxForwards {
    private static final int DIGITS_MAX = 9;

    private MaxForwards() {}

    /** Whether an exchange was answered here. */
    static boolean ends(Exchange exchange) {
        Head head = exchange.request();
        byte first = head.bytes()[head.methodStart()];
        if (first != 'O' && first != 'T') {
            return false;
        }
        boolean options = head.methodIs("OPTIONS");
        if (!options && !head.methodIs("TRACE")) {
            return false;
        }
        Optional<String> said = head.value("max-forwards");
        if (said.isEmpty()) {
            return false;
        }
        String digits = said.get();
        if (digits.isEmpty()
                || digits.length() > DIGITS_MAX
                || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            // what is not understood is left to whoever asked for it
            return false;
        }
        int left = Integer.parseInt(digits);
        if (left > 0) {
            head.drop(NAME);
            head.add("max-forwards", Integer.toString(left - 1));
            return false;
        }
        if (options) {
            answer(exchange);
        } else {
            // a trace would give back what the caller sent, cookies and all
            exchange.refuse(
                    new Refusal(
                            405, "trace-ends-here", "", "A TRACE that ends here is not answered."));
        }
        return true;
    }

    private static final byte[] NAME = {'m', 'a', 'x', '-', 'f', 'o', 'r', 'w', 'a', 'r', 'd', 's'};

    private static void answer(Exchange exchange) {
        exchange.answer().startAnswer(204);
        exchange.begin();
        exchange.end();
    }
}
