package dev.weft.dataplane.route;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The routes of a set of host names. A request looks first where its host is listed exactly, then
 * at the wildcards that take it, the longest first, then at {@link #ANY}: the first host that has a
 * route for it serves it.
 *
 * @param names exact, in lower case; {@code *.a.example} for every name that ends so with one label
 *     or more before; or {@link #ANY}. A name with a port ({@code a.b:9090}) stands before the same
 *     name without, which takes every other port too
 * @param alone a request that comes here and finds no route is offered to no other host
 */
public record VirtualHost(Set<String> names, List<Route> routes, Ordering ordering, boolean alone) {
    public static final String ANY = "*";

    /** Which route serves a request that several would take. */
    public enum Ordering {
        /**
         * The one with the exact path, else with the longest expression, else with the longest
         * prefix; among those the one that names a method, then the one with the most headers, then
         * with the most parameters, then the first in the list.
         */
        MOST_SPECIFIC,
        /** The first in the list. */
        LIST
    }

    public VirtualHost {
        names = Set.copyOf(names);
        routes = List.copyOf(routes);
        for (String name : names) {
            String plain = name.startsWith("*.") ? name.substring(2) : name;
            if (plain.isEmpty()
                    || !name.equals(name.toLowerCase(Locale.ROOT))
                    || (plain.indexOf('*') >= 0 && !name.equals(ANY))) {
                throw new IllegalArgumentException(
                        "host: " + name + " (expected: a name in lower case, *.name or *)");
            }
        }
        Routes.checkMatchesDiffer(routes);
    }

    public VirtualHost(Set<String> names, List<Route> routes) {
        this(names, routes, Ordering.MOST_SPECIFIC, false);
    }
}
