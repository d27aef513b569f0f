package dev.weft.dataplane.proxy.match;

import dev.weft.dataplane.route.Expression;
import dev.weft.dataplane.route.Match;
import dev.weft.dataplane.route.Match.Field;
import dev.weft.dataplane.route.Match.From;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes what routes ask beyond what they are found by: one and the same object for all that ask the
 * same, since thousands of routes ask for the same few headers. Any thread.
 */
final class Conditions {
    private static final int KEPT_MAX = 1024;

    /** What more routes ask is not kept for another host. */
    private static final int ORDER_MAX = 64;

    private record Key(From from, String method, List<Field> headers, List<Field> query) {}

    private final Sources sources;
    private final Map<Key, Condition> conditions = new ConcurrentHashMap<>();
    private final Map<String, Expression> expressions = new ConcurrentHashMap<>();
    private final Map<Asked, Asked> asked = new ConcurrentHashMap<>();
    private final Map<List<Asked>, Asked[]> orders = new ConcurrentHashMap<>();

    Conditions(Sources sources) {
        this.sources = sources;
    }

    /**
     * @param start of the route's expression, if it has one
     */
    Asked of(Match match, @Nullable LiteralStart start) {
        Condition condition = Condition.isAsked(match) ? condition(match) : null;
        if (start == null) {
            return condition == null
                    ? Asked.NOTHING
                    : kept(asked, new Asked(null, 0, condition), it -> it);
        }
        Expression rest = kept(expressions, start.rest(), Expression::of);
        return kept(asked, new Asked(rest, start.length(), condition), it -> it);
    }

    /** What routes ask one after the other: the same for hosts whose routes are of one pattern. */
    Asked[] inOrder(List<Asked> routes) {
        return routes.size() > ORDER_MAX
                ? routes.toArray(Asked[]::new)
                : kept(orders, routes, it -> it.toArray(Asked[]::new));
    }

    private Condition condition(Match match) {
        var key = new Key(match.from(), match.method(), match.headers(), match.query());
        return kept(conditions, key, unused -> new Condition(match, sources));
    }

    private static <K, V> V kept(Map<K, V> known, K key, Function<K, V> making) {
        if (known.size() >= KEPT_MAX) {
            known.clear();
        }
        return known.computeIfAbsent(key, making);
    }
}
