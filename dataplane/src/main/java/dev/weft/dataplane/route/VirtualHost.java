package dev.weft.dataplane.route;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The routes of a set of host names. A name that no host lists exactly falls to the host that lists
 * {@link #ANY}; so does a path that an exact host has no route for.
 *
 * @param names exact, in lower case; or {@link #ANY}. A name with a port ({@code a.b:9090}) stands
 *     before the same name without, which takes every other port too
 * @param routes in any order: the longest matching prefix wins
 */
public record VirtualHost(Set<String> names, List<Route> routes) {
    public static final String ANY = "*";

    public VirtualHost {
        names = Set.copyOf(names);
        routes = List.copyOf(routes);
        for (String name : names) {
            if (name.isEmpty() || !name.equals(name.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException(
                        "host: " + name + " (expected: a name in lower case)");
            }
        }
        Routes.checkPrefixesDiffer(routes);
    }
}
