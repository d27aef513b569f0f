package dev.weft.api.access;

import java.util.List;

/** Who asks. */
public record Identity(String user, List<String> groups) {
    public static final String MASTERS = "system:masters";
    public static final String AUTHENTICATED = "system:authenticated";
    public static final String UNAUTHENTICATED = "system:unauthenticated";

    /** Begins the names of Weft's own parts. Nobody outside can be given such a name. */
    public static final String INTERNAL = "system:weft:";

    private static final Identity ANONYMOUS =
            new Identity("system:anonymous", List.of(UNAUTHENTICATED));

    public Identity {
        groups = List.copyOf(groups);
    }

    /** Somebody who showed nothing. */
    public static Identity anonymous() {
        return ANONYMOUS;
    }

    /** The person who runs this Weft. */
    public static Identity admin() {
        return new Identity("admin", List.of(MASTERS, AUTHENTICATED));
    }

    /** A part of Weft itself: {@code workload}, {@code node}, {@code mesh}, {@code openfaas} … */
    public static Identity internal(String part) {
        return new Identity(INTERNAL + part, List.of(AUTHENTICATED));
    }

    public boolean isAnonymous() {
        return groups.contains(UNAUTHENTICATED);
    }
}
