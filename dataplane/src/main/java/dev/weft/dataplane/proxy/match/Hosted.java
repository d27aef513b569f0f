package dev.weft.dataplane.proxy.match;

import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.route.AccessLog;
import dev.weft.dataplane.route.Match;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.VirtualHost;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Service;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one host. Exact paths are found by their hash, prefixes in one walk along the path,
 * and expressions under the segments that they begin with; what else a route asks is looked at
 * last, and only for routes that would win. The paths of a host with few routes are put in order
 * when the first request comes for it, so that thousands of hosts can be replaced at once. Any
 * event loop.
 */
final class Hosted {
    private static final int NONE = Integer.MAX_VALUE;

    // what a request reads, together
    /** Written last of what {@link #prepare} makes; null until then. */
    private volatile byte @Nullable [] block;

    /** What serves all routes, where it is the same: found without a look at the order. */
    private @Nullable Service only;

    /** In order. */
    private Asked[] asked = {};

    /** In order; each loop may put what is ready in the place of what makes it. */
    private Service[] inOrder = {};

    private final VirtualHost host;
    private final Service[] services;
    private final Conditions conditions;
    private final AccessLog log;

    /** In order. */
    private Route[] routes = {};

    /**
     * @param services of the host's routes, in their order
     */
    Hosted(VirtualHost host, Service[] services, Conditions conditions, AccessLog log) {
        this.host = host;
        this.services = services;
        this.conditions = conditions;
        this.log = log;
    }

    /** Whether some route is for a service. */
    boolean leads(String service) {
        for (Route route : host.routes()) {
            if (route.service().equals(service)) {
                return true;
            }
        }
        return false;
    }

    /** A request that comes here and finds no route is offered to no other host. */
    boolean alone() {
        return host.alone();
    }

    /** How the first of its routes that is written down is. */
    AccessLog log() {
        return log;
    }

    /** Two loops may do it at once: what they make is the same. */
    byte[] prepare() {
        byte[] known = block;
        if (known != null) {
            return known;
        }
        Map<String, List<Integer>> exact = new HashMap<>();
        Map<String, List<Integer>> prefixes = new HashMap<>();
        var sorted = new Service[services.length];
        var ordered = new Route[services.length];
        List<Asked> asking = new ArrayList<>(services.length);
        int order = 0;
        for (int place : Precedence.order(host)) {
            Route route = host.routes().get(place);
            sorted[order] = services[place];
            ordered[order] = route;
            LiteralStart start = null;
            switch (route.match().path()) {
                case Match.Path.Exact(String path) -> put(exact, path, order);
                case Match.Path.Prefix(String prefix) ->
                        put(prefixes, prefix.equals("/") ? "" : prefix, order);
                case Match.Path.Regex(var expression) -> {
                    start = LiteralStart.of(expression);
                    put(prefixes, start.text(), order);
                }
            }
            asking.add(conditions.of(route.match(), start));
            order++;
        }
        byte[] made = PathBlock.of(exact, prefixes, it -> asking.get(it) != Asked.NOTHING);
        inOrder = sorted;
        only = theSame(sorted);
        routes = ordered;
        asked = conditions.inOrder(asking);
        block = made;
        return made;
    }

    private static @Nullable Service theSame(Service[] services) {
        for (Service one : services) {
            if (one != services[0]) {
                return null;
            }
        }
        return services.length == 0 ? null : services[0];
    }

    private static void put(Map<String, List<Integer>> keys, String key, int order) {
        keys.computeIfAbsent(key, unused -> new ArrayList<>(1)).add(order);
    }

    /** Null where nothing is routed for the request. */
    @Nullable Service find(Exchange exchange) {
        byte[] paths = block;
        if (paths == null) {
            paths = prepare();
        }
        // looked at before the paths, so that both are on their way from memory at once
        Service all = ready(only);
        Head head = exchange.request();
        int best = better(NONE, paths, exact(paths, head), exchange);
        if (best > PathBlock.firstPrefix(paths)) {
            best = walk(best, paths, exchange);
            best = better(best, paths, PathBlock.everywhere(paths), exchange);
        }
        if (best == NONE) {
            return null;
        }
        return all == null ? service(best) : all;
    }

    /** What makes a service gives way to it: one step less for each request after. */
    private @Nullable Service ready(@Nullable Service all) {
        if (all instanceof HostTables.Prepared prepared) {
            Service made = prepared.ready();
            only = made;
            return made;
        }
        return all;
    }

    private Service service(int order) {
        Service known = inOrder[order];
        if (known instanceof HostTables.Prepared prepared) {
            known = prepared.ready();
            inOrder[order] = known;
        }
        return known;
    }

    private static int exact(byte[] paths, Head head) {
        int start = head.pathStart();
        int end = head.pathEnd();
        if (end - start > PathBlock.longestExact(paths)) {
            return 0;
        }
        byte[] bytes = head.bytes();
        int hash = Runs.hash(bytes, start, end);
        return PathBlock.find(paths, PathBlock.EXACT, bytes, start, end, hash);
    }

    private int walk(int before, byte[] paths, Exchange exchange) {
        int longest = PathBlock.longestPrefix(paths);
        if (longest == 0) {
            return before;
        }
        Head head = exchange.request();
        byte[] bytes = head.bytes();
        int start = head.pathStart();
        int last = start + longest;
        int end = Math.min(head.pathEnd(), last + 1);
        int best = before;
        int hash = 0;
        int from = start;
        while (from < end) {
            int to = Runs.slash(bytes, from + 1, end);
            if (to > last) {
                break;
            }
            hash = PathBlock.nextHash(hash, bytes, from, to);
            int key = PathBlock.find(paths, PathBlock.PREFIX, bytes, start, to, hash);
            best = better(best, paths, key, exchange);
            from = to;
        }
        return best;
    }

    /** The best of the routes of a key and a best one so far, by their places in the order. */
    private int better(int best, byte[] paths, int key, Exchange exchange) {
        if (key == 0) {
            return best;
        }
        int at = PathBlock.routes(paths, key);
        while (true) {
            int route = PathBlock.route(paths, at);
            int order = PathBlock.order(route);
            if (order > best) {
                return best;
            }
            if (!PathBlock.asksMore(route) || asked[order].admits(exchange)) {
                return order;
            }
            if (PathBlock.isLast(route)) {
                return best;
            }
            at = PathBlock.next(at);
        }
    }

    // ---- what was nearly found

    /** Routes that take the path of a request but not the rest of it, up to so many. */
    List<Candidate> nearly(Exchange exchange, int max) {
        byte[] paths = prepare();
        List<Candidate> near = new ArrayList<>();
        Head head = exchange.request();
        add(near, paths, exact(paths, head), exchange, max);
        byte[] path = head.path().getBytes(StandardCharsets.ISO_8859_1);
        for (int i = path.length; i > 0 && near.size() < max; i--) {
            if (i == path.length || path[i] == '/') {
                int hash = PathBlock.hashOfPrefix(Arrays.copyOf(path, i));
                int key = PathBlock.find(paths, PathBlock.PREFIX, path, 0, i, hash);
                add(near, paths, key, exchange, max);
            }
        }
        add(near, paths, PathBlock.everywhere(paths), exchange, max);
        return near;
    }

    private void add(List<Candidate> near, byte[] paths, int key, Exchange exchange, int max) {
        if (key == 0) {
            return;
        }
        boolean more = true;
        for (int at = PathBlock.routes(paths, key);
                more && near.size() < max;
                at = PathBlock.next(at)) {
            int route = PathBlock.route(paths, at);
            more = !PathBlock.isLast(route);
            Asked one = asked[PathBlock.order(route)];
            Condition condition = one.condition();
            if (condition != null && condition.isFor(exchange) && one.takesPath(exchange)) {
                near.add(new Candidate(routes[PathBlock.order(route)], one));
            }
        }
    }

    /** Some of the paths that are routed here for this caller. */
    List<String> somePaths(Exchange exchange, int max) {
        byte[] paths = prepare();
        List<String> some = new ArrayList<>();
        for (int key : PathBlock.some(paths, max * 2)) {
            int first = PathBlock.order(PathBlock.route(paths, PathBlock.routes(paths, key)));
            Condition condition = asked[first].condition();
            if (condition == null || condition.isFor(exchange)) {
                some.add(routes[first].match().path().text());
            }
        }
        return some;
    }
}
