package dev.weft.dataplane.route;

import org.jspecify.annotations.Nullable;

/**
 * A backend and its share of the requests: its weight among the sum of all. With weight 0 it gets
 * none; when every weight is 0 the route answers 503.
 *
 * @param changes of the requests that go there, after those of the route
 * @param own what holds for those requests alone
 */
public record WeightedBackend(long weight, Backend backend, Changes changes, Own own) {
    public static final long WEIGHT_MAX = Integer.MAX_VALUE;

    /**
     * What holds for the requests that go to one backend, beside what holds for all of the route.
     *
     * @param guard what they must pass; who may call from other origins is the route's affair
     * @param timeouts of each try, in the place of the route's; null: those of the route
     */
    public record Own(Guard guard, @Nullable Timeouts timeouts) {
        private static final Own NOTHING = new Own(Guard.none(), null);

        public static Own nothing() {
            return NOTHING;
        }
    }

    public WeightedBackend {
        if (weight < 0 || weight > WEIGHT_MAX) {
            throw new IllegalArgumentException(
                    "weight: " + weight + " (expected: 0 to " + WEIGHT_MAX + ")");
        }
    }

    public WeightedBackend(long weight, Backend backend, Changes changes) {
        this(weight, backend, changes, Own.nothing());
    }

    public WeightedBackend(long weight, Backend backend) {
        this(weight, backend, Changes.none());
    }

    public WeightedBackend withBackend(Backend other) {
        return new WeightedBackend(weight, other, changes, own);
    }

    public WeightedBackend withChanges(Changes other) {
        return new WeightedBackend(weight, backend, other, own);
    }

    public WeightedBackend withOwn(Own other) {
        return new WeightedBackend(weight, backend, changes, other);
    }
}
