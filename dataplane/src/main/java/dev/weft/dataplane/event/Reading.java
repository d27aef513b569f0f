package dev.weft.dataplane.event;

import java.util.List;

/**
 * The figures of one series.
 *
 * @param byClass answers by class of status: 1xx to 5xx at index 0 to 4
 * @param unanswered requests that got no whole answer: the caller went away, or the answer broke
 *     off
 * @param madeUp how many of the answers Weft made up itself
 * @param retries requests that were sent once more
 * @param retriesRefused requests that failed and were not sent again, by {@link RetryRefusal}
 * @param inFlight requests at work now
 * @param carried bodies, and how they were carried
 * @param latencies from a request's head to the end of its answer
 */
public record Reading(
        SeriesName name,
        List<Long> byClass,
        long unanswered,
        long madeUp,
        long retries,
        List<Long> retriesRefused,
        long inFlight,
        Carried carried,
        Latencies latencies) {
    /**
     * @param bytesIn of bodies of requests
     * @param bytesOut of bodies of answers
     * @param encrypted requests that came over TLS
     * @param grpc answers of gRPC's: OK, the request at fault, the callee at fault
     * @param copiesDropped for mirrors: too long, too many at work, broken off
     * @param tunnels what became a tunnel: WebSocket, CONNECT, TCP
     * @param tunnelsOpen of those, how many stand now
     */
    public record Carried(
            long bytesIn,
            long bytesOut,
            long encrypted,
            List<Long> grpc,
            List<Long> copiesDropped,
            long tunnels,
            long tunnelsOpen) {}

    public Reading {
        retriesRefused = List.copyOf(retriesRefused);
        byClass = List.copyOf(byClass);
    }

    public long answers() {
        return byClass.stream().mapToLong(Long::longValue).sum();
    }

    /** Answers that are no fault of the backend's side: everything but 5xx. */
    public long successes() {
        return answers() - byClass.get(4);
    }
}
