package dev.weft.dataplane.proxy.match;

import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.service.Exchange;
import java.util.List;

/**
 * Says what would have been found if a request had been a little different. It looks at a bounded
 * number of routes, since anybody can cause as many misses as he likes, and tells a caller only of
 * routes that exist for him. Pure.
 */
public final class NearMisses {
    private static final int TOLD = 2;
    private static final int LOOKED_AT = 64;

    private NearMisses() {}

    /** A sentence, or nothing. */
    public static String of(HostTable table, Exchange exchange) {
        Hosted host = table.nearest(exchange);
        if (host == null) {
            return "";
        }
        List<Candidate> near = host.nearly(exchange, TOLD);
        if (!near.isEmpty()) {
            var text = new StringBuilder();
            for (Candidate candidate : near) {
                text.append(' ').append(candidate.route().name()).append(" takes this path only ");
                if (candidate.condition() instanceof Condition condition) {
                    text.append(condition.lacking(exchange)).append('.');
                }
            }
            return text.toString();
        }
        Head head = exchange.request();
        String path = head.path();
        return host.somePaths(exchange, LOOKED_AT).stream()
                .filter(it -> distance(it, path) <= Math.min(2, it.length() / 3))
                .sorted()
                .limit(TOLD)
                .reduce((one, two) -> one + " or " + two)
                .map(it -> " Was " + it + " meant?")
                .orElse("");
    }

    /** How many letters must be changed, added or taken away; a prefix is compared with as much. */
    static int distance(String known, String asked) {
        String other =
                asked.length() > known.length() + 2
                        ? asked.substring(0, known.length() + 2)
                        : asked;
        if (Math.abs(known.length() - other.length()) > 3 || known.length() > 128) {
            return Integer.MAX_VALUE;
        }
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= known.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int change = diagonal + (known.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        int least = row[other.length()];
        if (asked.length() > known.length()) {
            for (int j = 0; j < row.length; j++) {
                boolean boundary = j == asked.length() || asked.charAt(j) == '/';
                least = boundary ? Math.min(least, row[j]) : least;
            }
        }
        return least;
    }
}
