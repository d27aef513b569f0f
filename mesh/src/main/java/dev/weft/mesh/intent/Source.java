package dev.weft.mesh.intent;

import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import java.time.Instant;
import java.util.Comparator;

/**
 * The object that an intent was read from, as telemetry and answers name it.
 *
 * @param since when it was created; the older of two that contradict one another stands
 */
public record Source(String kind, Key key, Instant since) implements Comparable<Source> {
    private static final Comparator<Source> OLDER_FIRST =
            Comparator.comparing(Source::since)
                    .thenComparing(Source::key)
                    .thenComparing(Source::kind);

    public static Source of(Resource resource) {
        return new Source(
                resource.kind(), resource.key(), resource.createdAt().orElse(Instant.EPOCH));
    }

    @Override
    public int compareTo(Source other) {
        // the rules of one route are told apart by their order, thousands of times a second
        return this == other ? 0 : OLDER_FIRST.compare(this, other);
    }

    /** Which object it is, however often it was made anew. */
    public record Kinded(String kind, Key key) {
        // By hand, as that of Key: each start asks for it.
        @Override
        public boolean equals(Object other) {
            return other instanceof Kinded it && key.equals(it.key) && kind.equals(it.kind);
        }

        @Override
        public int hashCode() {
            return 31 * kind.hashCode() + key.hashCode();
        }
    }

    /** As people write it: {@code TrafficSplit shop/web}. */
    @Override
    public String toString() {
        return kind + " " + key;
    }
}
