package dev.weft.api.kind;

import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The order of groups and versions. A client that is given a bare word ({@code services}) takes the
 * first group that knows it, so the core group and the built-in ones come before what users bring.
 */
final class GroupOrder {
    private static final List<String> FIRST =
            List.of(
                    "",
                    "apps",
                    "events.k8s.io",
                    "apiextensions.k8s.io",
                    "coordination.k8s.io",
                    "discovery.k8s.io");
    private static final Pattern VERSION = Pattern.compile("v(\\d+)(?:(alpha|beta)(\\d+))?");

    // By hand: the JDK's own comparators of several are not in the start-up cache.
    static final Comparator<String> GROUPS =
            (one, other) -> {
                int byRank = Integer.compare(rank(one), rank(other));
                return byRank != 0 ? byRank : one.compareTo(other);
            };

    /** Stable before beta before alpha, higher before lower, other words last. */
    static final Comparator<String> VERSIONS = GroupOrder::compareVersions;

    private GroupOrder() {}

    private static int rank(String group) {
        int at = FIRST.indexOf(group);
        return at < 0 ? FIRST.size() : at;
    }

    private static int compareVersions(String one, String other) {
        Matcher a = VERSION.matcher(one);
        Matcher b = VERSION.matcher(other);
        boolean aKnown = a.matches();
        boolean bKnown = b.matches();
        if (!aKnown || !bKnown) {
            return aKnown ? -1 : bKnown ? 1 : one.compareTo(other);
        }
        int byStage = Integer.compare(stage(b), stage(a));
        if (byStage != 0) {
            return byStage;
        }
        int byMajor = number(b.group(1)).compareTo(number(a.group(1)));
        return byMajor != 0 || a.group(3) == null
                ? byMajor
                : number(b.group(3)).compareTo(number(a.group(3)));
    }

    private static int stage(Matcher version) {
        String word = version.group(2);
        return word == null ? 2 : word.equals("beta") ? 1 : 0;
    }

    private static java.math.BigInteger number(String digits) {
        return new java.math.BigInteger(digits);
    }
}
