package dev.weft.dataplane.route;

/**
 * A backend and its share of the requests: its weight among the sum of all. With weight 0 it gets
 * none; when every weight is 0 the route answers 503.
 *
 * @param changes of the requests that go there, after those of the route
 */
public record WeightedBackend(long weight, Backend backend, Changes changes) {
    public static final long WEIGHT_MAX = Integer.MAX_VALUE;

    public WeightedBackend {
        if (weight < 0 || weight > WEIGHT_MAX) {
            throw new IllegalArgumentException(
                    "weight: " + weight + " (expected: 0 to " + WEIGHT_MAX + ")");
        }
    }

    public WeightedBackend(long weight, Backend backend) {
        this(weight, backend, Changes.none());
    }
}
