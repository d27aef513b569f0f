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
            Comparator.comparing(Route::match, Match.mostSpecificFirst());

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
}
