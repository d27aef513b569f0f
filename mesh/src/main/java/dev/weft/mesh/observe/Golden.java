package dev.weft.mesh.observe;

import dev.weft.dataplane.event.Figures;
import dev.weft.dataplane.event.Latencies;
import dev.weft.dataplane.event.Reading;
import dev.weft.dataplane.event.SeriesName;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Predicate;

/**
 * The golden figures of some requests over a while.
 *
 * @param rate requests a second
 * @param success which part of the answers was not 5xx; nothing where there were none
 * @param p50 seconds within which half was answered
 * @param p99 seconds within which 99 of 100 were answered
 */
public record Golden(double rate, OptionalDouble success, OptionalDouble p50, OptionalDouble p99) {
    private static final Golden NOTHING =
            new Golden(0, OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty());

    public static Golden nothing() {
        return NOTHING;
    }

    /** What happened between two readings to the series that are meant, taken together. */
    public static Golden between(Figures earlier, Figures later, Predicate<SeriesName> meant) {
        Map<SeriesName, Reading> before = new HashMap<>();
        earlier.series().forEach(it -> before.put(it.name(), it));
        long requests = 0;
        long answers = 0;
        long successes = 0;
        Latencies latencies = Latencies.none();
        for (Reading reading : later.series()) {
            if (!meant.test(reading.name())) {
                continue;
            }
            Reading old = before.get(reading.name());
            answers += reading.answers() - (old == null ? 0 : old.answers());
            successes += reading.successes() - (old == null ? 0 : old.successes());
            requests += total(reading) - (old == null ? 0 : total(old));
            latencies =
                    latencies.plus(
                            old == null
                                    ? reading.latencies()
                                    : reading.latencies().since(old.latencies()));
        }
        long nanos = later.takenNanos() - earlier.takenNanos();
        if (nanos <= 0 || requests <= 0) {
            return NOTHING;
        }
        boolean answered = answers > 0;
        return new Golden(
                requests * 1e9 / nanos,
                answered ? OptionalDouble.of(successes / (double) answers) : OptionalDouble.empty(),
                answered ? quantile(latencies, 0.5) : OptionalDouble.empty(),
                answered ? quantile(latencies, 0.99) : OptionalDouble.empty());
    }

    /** Requests that have ended, in whichever way. */
    static long total(Reading reading) {
        return reading.answers() + reading.unanswered();
    }

    private static OptionalDouble quantile(Latencies latencies, double part) {
        return OptionalDouble.of(latencies.quantileMicros(part) / 1e6);
    }
}
