package dev.weft.dataplane.event;

import java.util.List;
import java.util.Map;

/**
 * A reading of everything that is counted. Counters only grow; whoever wants rates keeps the
 * reading before. Immutable.
 *
 * @param takenNanos the clock when it was taken
 * @param refusals answers that Weft made up, by cause
 */
public record Figures(
        long takenNanos,
        List<Reading> series,
        Map<String, Long> refusals,
        long connections,
        long upstreamConnections) {
    public Figures {
        series = List.copyOf(series);
        refusals = Map.copyOf(refusals);
    }
}
