package dev.weft.dataplane.proxy.match;

import dev.weft.dataplane.route.Match;
import dev.weft.dataplane.route.Match.Field;
import dev.weft.dataplane.route.Match.From;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes what routes ask beyond host and path: one and the same object for all that ask the same,
 * since thousands of routes ask for the same few headers. Any thread.
 */
final class Conditions {
    private static final int KEPT_MAX = 1024;

    private record Key(From from, String method, List<Field> headers, List<Field> query) {}

    private final Sources sources;
    private final Map<Key, Condition> kept = new ConcurrentHashMap<>();

    Conditions(Sources sources) {
        this.sources = sources;
    }

    /** Null where nothing is asked. */
    @Nullable Condition of(Match match) {
        if (!Condition.isAsked(match)) {
            return null;
        }
        if (kept.size() >= KEPT_MAX) {
            kept.clear();
        }
        var key = new Key(match.from(), match.method(), match.headers(), match.query());
        return kept.computeIfAbsent(key, unused -> new Condition(match, sources));
    }
}
