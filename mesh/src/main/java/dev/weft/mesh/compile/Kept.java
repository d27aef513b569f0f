package dev.weft.mesh.compile;

import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.VirtualHost;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Hosts that are put together for each snapshot, kept as objects as long as their routes are the
 * same objects: the data plane looks into none that it knows. Belongs to one thread.
 */
final class Kept {
    private Map<Set<String>, VirtualHost> before = new HashMap<>();
    private Map<Set<String>, VirtualHost> now = new HashMap<>();

    /** A host; the one of the snapshot before where nothing differs. */
    VirtualHost host(
            Set<String> names, List<Route> routes, VirtualHost.Ordering ordering, boolean alone) {
        VirtualHost old = before.get(names);
        VirtualHost host =
                old != null
                                && old.alone() == alone
                                && old.ordering() == ordering
                                && isSame(old.routes(), routes)
                        ? old
                        : new VirtualHost(names, routes, ordering, alone);
        now.put(names, host);
        return host;
    }

    /** The snapshot is whole: what was not asked for is forgotten. */
    void settle() {
        before = now;
        now = new HashMap<>();
    }

    /** Whether two lists hold the same objects. */
    static boolean isSame(List<Route> one, List<Route> other) {
        if (one.size() != other.size()) {
            return false;
        }
        for (int i = 0; i < one.size(); i++) {
            if (one.get(i) != other.get(i)) {
                return false;
            }
        }
        return true;
    }
}
