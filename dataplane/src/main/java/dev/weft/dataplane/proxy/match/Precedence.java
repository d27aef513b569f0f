package dev.weft.dataplane.proxy.match;

import dev.weft.dataplane.route.Match;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.VirtualHost;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** In which order the routes of a host are asked. Pure. */
final class Precedence {
    private static final Comparator<Match> MOST_SPECIFIC = Match.mostSpecificFirst();

    private Precedence() {}

    /** The places in the host's list. */
    static Integer[] order(VirtualHost host) {
        List<Route> routes = host.routes();
        var order = new Integer[routes.size()];
        Arrays.setAll(order, place -> place);
        switch (host.ordering()) {
            case LIST -> {}
            // stable: what is equal stays in the order of the list
            case MOST_SPECIFIC ->
                    Arrays.sort(
                            order,
                            (one, other) ->
                                    MOST_SPECIFIC.compare(
                                            routes.get(one).match(), routes.get(other).match()));
        }
        return order;
    }
}
