package dev.weft.dataplane.route;

import java.util.HashSet;
import java.util.List;

/** What must hold for the routes of one host or listener. */
final class Routes {
    private Routes() {}

    static void checkMatchesDiffer(List<Route> routes) {
        var matches = HashSet.<Match>newHashSet(routes.size());
        for (Route route : routes) {
            if (!matches.add(route.match())) {
                throw new IllegalArgumentException(
                        "the match "
                                + route.match().path().text()
                                + " of route "
                                + route.name()
                                + " stands in two routes of one host");
            }
        }
    }
}
