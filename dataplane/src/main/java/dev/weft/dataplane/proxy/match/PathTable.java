package dev.weft.dataplane.proxy.match;

import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.route.Match;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.VirtualHost;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Service;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one host. Exact paths are found by their hash, prefixes in one walk along the path,
 * and expressions under the segments that they begin with; what else a route asks is looked at
 * last, and only for routes that would win. Immutable; any event loop.
 */
final class PathTable {
    private static final Candidate[] NONE = {};

    private final ByteTable<Candidate[]> byPath;
    private final ByteTable<Candidate[]> byPrefix;
    private final Candidate[] everywhere;
    private final int longestPath;
    private final int longestPrefix;

    /**
     * @param services of the host's routes, in their order
     */
    PathTable(VirtualHost host, Service[] services, Sources sources) {
        Map<Route, Service> byRoute = new IdentityHashMap<>(services.length);
        for (int i = 0; i < services.length; i++) {
            byRoute.put(host.routes().get(i), services[i]);
        }
        Map<String, List<Candidate>> paths = new HashMap<>();
        Map<String, List<Candidate>> prefixes = new HashMap<>();
        int order = 0;
        for (Route route : Precedence.sorted(host)) {
            Service service = Objects.requireNonNull(byRoute.get(route));
            var candidate = Candidate.of(route, service, sources, order++);
            switch (route.match().path()) {
                case Match.Path.Exact(String path) -> put(paths, path, candidate);
                case Match.Path.Prefix(String prefix) ->
                        put(prefixes, prefix.equals("/") ? "" : prefix, candidate);
                case Match.Path.Regex(var expression) ->
                        put(prefixes, LiteralStart.of(expression), candidate);
            }
        }
        List<Candidate> all = prefixes.remove("");
        everywhere = all == null ? NONE : all.toArray(NONE);
        byPath = table(paths);
        byPrefix = table(prefixes);
        longestPath = longest(paths);
        longestPrefix = longest(prefixes);
    }

    private static void put(Map<String, List<Candidate>> map, String key, Candidate candidate) {
        map.computeIfAbsent(key, unused -> new ArrayList<>(1)).add(candidate);
    }

    private static ByteTable<Candidate[]> table(Map<String, List<Candidate>> lists) {
        Map<String, Candidate[]> arrays = HashMap.newHashMap(lists.size());
        lists.forEach((key, list) -> arrays.put(key, list.toArray(NONE)));
        return new ByteTable<>(arrays);
    }

    private static int longest(Map<String, ?> map) {
        return map.keySet().stream().mapToInt(String::length).max().orElse(0);
    }

    @Nullable Service find(Exchange exchange) {
        Candidate best = null;
        if (longestPath > 0) {
            best = Candidate.better(null, exact(exchange.request()), exchange);
        }
        if (longestPrefix > 0) {
            best = walk(best, exchange);
        }
        best = Candidate.better(best, everywhere, exchange);
        return best == null ? null : best.service();
    }

    private Candidate @Nullable [] exact(Head head) {
        int start = head.pathStart();
        int end = head.pathEnd();
        if (end - start > longestPath) {
            return null;
        }
        byte[] bytes = head.bytes();
        int hash = ByteTable.start();
        for (int i = start; i < end; i++) {
            hash = ByteTable.step(hash, bytes[i]);
        }
        return byPath.find(bytes, start, end, hash);
    }

    private @Nullable Candidate walk(@Nullable Candidate before, Exchange exchange) {
        Head head = exchange.request();
        byte[] bytes = head.bytes();
        int start = head.pathStart();
        int end = Math.min(head.pathEnd(), start + longestPrefix + 1);
        Candidate best = before;
        int hash = ByteTable.step(ByteTable.start(), bytes[start]);
        for (int i = start + 1; i <= end; i++) {
            if (i == head.pathEnd() || (i < end && bytes[i] == '/')) {
                Candidate[] found = byPrefix.find(bytes, start, i, hash);
                best = Candidate.better(best, found, exchange);
            }
            if (i < end) {
                hash = ByteTable.step(hash, bytes[i]);
            }
        }
        return best;
    }

    /** Routes that take the path of a request but not the rest of it, up to so many. */
    List<Candidate> nearly(Exchange exchange, int max) {
        List<Candidate> near = new ArrayList<>();
        Head head = exchange.request();
        add(near, exact(head), exchange, max);
        String path = head.path();
        for (int i = path.length(); i > 0 && near.size() < max; i--) {
            if (i == path.length() || path.charAt(i) == '/') {
                add(near, byPrefix.find(path.substring(0, i)), exchange, max);
            }
        }
        add(near, everywhere, exchange, max);
        return near;
    }

    private static void add(
            List<Candidate> near, Candidate @Nullable [] found, Exchange exchange, int max) {
        for (int i = 0; found != null && i < found.length && near.size() < max; i++) {
            Condition condition = found[i].condition();
            if (condition != null && condition.isFor(exchange) && found[i].takesPath(exchange)) {
                near.add(found[i]);
            }
        }
    }

    /** Some of the paths that are routed here for this caller. */
    List<String> somePaths(Exchange exchange, int max) {
        List<String> some = new ArrayList<>();
        for (ByteTable<Candidate[]> table : List.of(byPath, byPrefix)) {
            for (Candidate[] candidates : table.some(max)) {
                Condition condition = candidates[0].condition();
                if (condition == null || condition.isFor(exchange)) {
                    some.add(candidates[0].route().match().path().text());
                }
            }
        }
        return some;
    }
}
