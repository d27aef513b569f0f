package dev.weft.dataplane.balance;

import dev.weft.dataplane.loop.Loops;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.Stickiness;
import dev.weft.dataplane.route.WeightedBackend;
import dev.weft.dataplane.route.upstream.Balancer.Choosing;
import dev.weft.dataplane.route.upstream.Balancer.HashKey;
import dev.weft.dataplane.service.Service;
import dev.weft.foundation.chance.Chance;
import org.jspecify.annotations.Nullable;

/** Puts together what divides a route's requests among its backends. Pure. */
final class Splits {
    private Splits() {}

    /**
     * @param choices one for each of the route's backends, whose weights do not add up to 0
     */
    static Service of(Route route, Choice[] choices, Loops loops, Chance chance) {
        long[] weights = route.backends().stream().mapToLong(WeightedBackend::weight).toArray();
        Service service =
                choices.length == 1
                        ? choices[0]
                        : new Split(choices, weights, loops.count(), chance.next());
        HashKey key = key(route);
        if (key != null) {
            var keys = new Keys(key);
            if (choices.length > 1) {
                service = new HashedSplit(route, choices, keys, service);
            }
            if (key instanceof HashKey.Cookie cookie && !cookie.ttl().isZero()) {
                service = new Marked(cookie, keys, chance.fork(), service);
            }
        }
        return route.policy().stickiness().by() == Stickiness.By.NOTHING
                ? service
                : new Sticky(route, choices, loops.clock(), service);
    }

    /** By what requests are hashed, where the first of the backends with endpoints asks for it. */
    private static @Nullable HashKey key(Route route) {
        for (WeightedBackend weighted : route.backends()) {
            if (weighted.backend() instanceof Backend.Endpoints endpoints) {
                return endpoints.terms().balancer().choosing() instanceof Choosing.ConsistentHash it
                        ? it.key()
                        : null;
            }
        }
        return null;
    }
}
