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
 * @param inFlight requests at work now
 * @param latencies from a request's head to the end of its answer
 */
public record Reading(
        SeriesName name,
        List<Long> byClass,
        long unanswered,
        long madeUp,
        long retries,
        long inFlight,
        Latencies latencies) {
    public Reading {
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
