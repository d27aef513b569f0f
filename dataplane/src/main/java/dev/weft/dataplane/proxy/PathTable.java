package dev.weft.dataplane.proxy;

import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.route.Reach;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Service;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one host, found by the longest prefix of whole segments. One walk along the path,
 * however many routes there are. Immutable.
 */
final class PathTable {
    private record Entry(Service service, Reach reach) {}

    private final ByteTable<Entry> byPrefix;
    private final @Nullable Entry root;
    private final int longest;
    private final boolean onlyRoot;

    PathTable(List<Route> routes, Function<Route, Service> compiler) {
        Map<String, Entry> entries = new HashMap<>();
        Entry forAll = null;
        int max = 0;
        for (Route route : routes) {
            var entry = new Entry(compiler.apply(route), route.match().reach());
            if (route.match().prefix().equals("/")) {
                forAll = entry;
            } else {
                entries.put(route.match().prefix(), entry);
                max = Math.max(max, route.match().prefix().length());
            }
        }
        byPrefix = new ByteTable<>(entries);
        root = forAll;
        longest = max;
        onlyRoot = entries.isEmpty();
    }

    @Nullable Service find(Exchange exchange) {
        Entry best = admits(root, exchange) ? root : null;
        if (!onlyRoot) {
            Entry found = walk(exchange);
            best = found == null ? best : found;
        }
        return best == null ? null : best.service;
    }

    private @Nullable Entry walk(Exchange exchange) {
        Head head = exchange.request();
        byte[] bytes = head.bytes();
        int start = head.pathStart();
        int end = Math.min(head.pathEnd(), start + longest + 1);
        Entry best = null;
        int hash = ByteTable.step(ByteTable.start(), bytes[start]);
        for (int i = start + 1; i <= end; i++) {
            if (i == head.pathEnd() || (i < end && bytes[i] == '/')) {
                Entry found = byPrefix.find(bytes, start, i, hash);
                if (found != null && admits(found, exchange)) {
                    best = found;
                }
            }
            if (i < end) {
                hash = ByteTable.step(hash, bytes[i]);
            }
        }
        return best;
    }

    private static boolean admits(@Nullable Entry entry, Exchange exchange) {
        return entry != null && (entry.reach == Reach.ANYONE || exchange.peer().isLocal());
    }
}
