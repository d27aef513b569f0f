package dev.weft.machine.pod;

import java.time.Duration;

/**
 * How long the agent waits for what.
 *
 * @param backOffFirst before a container that ended is started for the second time
 * @param backOffMost what that doubles up to
 * @param backOffForgotten after having run so long a container starts as if it had never failed
 * @param retry between tries of what is missing: an image, a ConfigMap, an answer of the API
 * @param drainMost what pods are given to stop when the platform stops, however long they may take
 *     otherwise
 * @param refresh how often files of ConfigMaps and Secrets are compared with what they come from
 */
record Timing(
        Duration backOffFirst,
        Duration backOffMost,
        Duration backOffForgotten,
        Duration retry,
        Duration drainMost,
        Duration refresh) {
    /** What Kubernetes' nodes do. */
    public static final Timing USUAL =
            new Timing(
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(300),
                    Duration.ofMinutes(10),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(30));
}
