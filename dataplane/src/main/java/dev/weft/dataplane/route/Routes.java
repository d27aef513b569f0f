package dev.weft.dataplane.route;

import java.util.HashSet;
import java.util.List;

/** What must hold for the routes of one host or listener. */
final class Routes {
    private Routes() {}

    static void checkPrefixesDiffer(List<Route> routes) {
        var prefixes = new HashSet<String>();
        for (Route route : routes) {
            if (!prefixes.add(route.match().prefix())) {
                throw new IllegalArgumentException(
                        "prefix "
                                + route.match().prefix()
                                + " of route "
                                + route.name()
                                + " stands in two routes of one host");
            }
        }
    }
}
