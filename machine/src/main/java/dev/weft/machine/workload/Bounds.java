package dev.weft.machine.workload;

import dev.weft.api.model.Deployment;

/**
 * How many pods a Deployment may have while it changes. Surge is rounded up, unavailability down,
 * and since nothing could move with both at 0, one may be missing then.
 *
 * <pre>
 *   replicas  maxSurge  maxUnavailable    least  most
 *       10       25%         25%             8     13     (surge 2.5 -> 3, unavailable 2.5 -> 2)
 *        1       25%         25%             1      2
 *        4        0           0              3      4     (one may be missing)
 *        3        1          100%            0      4
 * </pre>
 *
 * @param desired how many are wanted in the end
 * @param surge how many there may be beyond that
 * @param unavailable how many of them may be missing
 */
record Bounds(int desired, int surge, int unavailable) {

    static Bounds of(Deployment deployment) {
        int desired = deployment.replicas();
        return switch (deployment.strategy()) {
            case Deployment.Strategy.Recreate() -> new Bounds(desired, 0, 0);
            case Deployment.Strategy.RollingUpdate(var maxSurge, var maxUnavailable) -> {
                int surge = maxSurge.roundedUp(desired);
                int unavailable = maxUnavailable.roundedDown(desired);
                boolean stuck = surge == 0 && unavailable == 0;
                yield new Bounds(desired, surge, Math.min(stuck ? 1 : unavailable, desired));
            }
        };
    }

    /** How many pods there may be. */
    int most() {
        return desired + surge;
    }

    /** How many pods must be available. */
    int least() {
        return desired - unavailable;
    }
}
