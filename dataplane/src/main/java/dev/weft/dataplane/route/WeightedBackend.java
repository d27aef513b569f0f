package dev.weft.dataplane.route;

/**
 * A backend and its share of the requests: its weight among the sum of all. With weight 0 it gets
 * none; when every weight is 0 the route answers 503.
 */
public record WeightedBackend(long weight, Backend backend) {
    public static final long WEIGHT_MAX = Integer.MAX_VALUE;

    public WeightedBackend {
        if (weight < 0 || weight > WEIGHT_MAX) {
            throw new IllegalArgumentException(
                    "weight: " + weight + " (expected: 0 to " + WEIGHT_MAX + ")");
        }
    }
}
