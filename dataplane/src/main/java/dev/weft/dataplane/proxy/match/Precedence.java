package dev.weft.dataplane.proxy.match;

import dev.weft.dataplane.route.Match;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.VirtualHost;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** In which order the routes of a host are asked. Pure. */
final class Precedence {
    /** Sorting is stable: what is equal stays in the order of the list. */
    private static final Comparator<Route> MOST_SPECIFIC =
            Comparator.comparing(
                    Route::match,
                    Comparator.comparingInt((Match match) -> kind(match.path()))
                            .thenComparing(match -> -match.path().text().length())
                            .thenComparing(match -> match.method().isEmpty())
                            .thenComparing(match -> -match.headers().size())
                            .thenComparing(match -> -match.query().size()));

    private Precedence() {}

    static List<Route> sorted(VirtualHost host) {
        return switch (host.ordering()) {
            case LIST -> host.routes();
            case MOST_SPECIFIC -> {
                if (host.routes().size() == 1) {
                    yield host.routes();
                }
                var sorted = new ArrayList<>(host.routes());
                sorted.sort(MOST_SPECIFIC);
                yield sorted;
            }
        };
    }

    private static int kind(Match.Path path) {
        return switch (path) {
            case Match.Path.Exact exact -> 0;
            case Match.Path.Regex regex -> 1;
            case Match.Path.Prefix prefix -> 2;
        };
    }
}
