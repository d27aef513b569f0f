package dev.weft.dataplane.balance;

import dev.weft.dataplane.http.Upstream;
import dev.weft.dataplane.load.Standing;

/**
 * One endpoint of a cluster with what is known of it, as long as any snapshot names it.
 *
 * @param token names it to callers who are to find it again; tells nothing else
 * @param since when it was first named
 */
record Member(Upstream upstream, Load load, Standing standing, long token, long since) {
    /** Each is only itself. */
    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
