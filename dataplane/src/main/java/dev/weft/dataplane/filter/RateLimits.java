package dev.weft.dataplane.filter;

import dev.weft.dataplane.route.Guard.RateLimit;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is known of the limits that routes have, across snapshots: a limit of the same name and
 * figures goes on where it was, as long as some route has it. Any thread.
 */
public final class RateLimits {
    private final Map<RateLimit, WeakReference<Buckets>> known = new HashMap<>();

    /** What keeps the state of limits as it is, as long as it is held. */
    public Object keep(List<RateLimit> limits) {
        return limits.stream().map(this::of).toList();
    }

    synchronized Buckets of(RateLimit limit) {
        WeakReference<Buckets> reference = known.get(limit);
        Buckets buckets = reference == null ? null : reference.get();
        if (buckets == null) {
            known.values().removeIf(it -> it.get() == null);
            buckets = new Buckets(limit);
            known.put(limit, new WeakReference<>(buckets));
        }
        return buckets;
    }
}
