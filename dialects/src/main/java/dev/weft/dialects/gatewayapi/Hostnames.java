package dev.weft.dialects.gatewayapi;

import dev.weft.dialects.gatewayapi.rule.Words;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Host names, exact, with a star in the place of their first labels, or {@code *} for all. Pure.
 */
final class Hostnames {
    private Hostnames() {}

    /**
     * The names that a route is for at a listener.
     *
     * @param listener empty for every name
     * @param route none: those of the listener
     * @return none where the two have no name in common
     */
    static Set<String> common(String listener, List<String> route) {
        String door = listener.isEmpty() ? Words.ANY : listener;
        if (route.isEmpty()) {
            return Set.of(door);
        }
        var names = new LinkedHashSet<String>();
        for (String name : route) {
            common(door, name.toLowerCase(Locale.ROOT)).ifPresent(names::add);
        }
        return names;
    }

    private static Optional<String> common(String one, String other) {
        if (covers(one, other)) {
            return Optional.of(other);
        }
        return covers(other, one) ? Optional.of(one) : Optional.empty();
    }

    /** Whether some name is meant by both, where empty means every name. */
    static boolean overlap(String one, String other) {
        return one.isEmpty() || other.isEmpty() || common(one, other).isPresent();
    }

    /** Whether every name that the second means is one that the first means. */
    static boolean covers(String wide, String narrow) {
        if (wide.equals(Words.ANY) || wide.equals(narrow)) {
            return true;
        }
        return wide.startsWith("*.")
                && narrow.endsWith(wide.substring(1))
                && narrow.length() > wide.length() - 1;
    }
}
