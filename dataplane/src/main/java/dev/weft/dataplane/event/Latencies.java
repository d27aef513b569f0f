package dev.weft.dataplane.event;

import java.util.Arrays;

/**
 * A histogram of durations: four buckets to each doubling from 16 microseconds to 67 seconds, and
 * one beyond. A quantile is wrong by at most a fifth. Immutable.
 */
public final class Latencies {
    private static final int FIRST_BITS = 4;
    private static final int LAST_BITS = 26;
    static final int BUCKETS = (LAST_BITS - FIRST_BITS) * 4 + 2;

    private final long[] counts;
    private final long sumMicros;

    private Latencies(long[] counts, long sumMicros) {
        this.counts = counts;
        this.sumMicros = sumMicros;
    }

    /** Of counts that nobody else keeps. */
    static Latencies owning(long[] counts, long sumMicros) {
        return new Latencies(counts, sumMicros);
    }

    public static Latencies none() {
        return new Latencies(new long[BUCKETS], 0);
    }

    static int bucket(long micros) {
        if (micros < 1L << FIRST_BITS) {
            return 0;
        }
        int bits = 63 - Long.numberOfLeadingZeros(micros);
        if (bits >= LAST_BITS) {
            return BUCKETS - 1;
        }
        return (bits - FIRST_BITS) * 4 + (int) ((micros >>> (bits - 2)) & 3) + 1;
    }

    /** The duration that a bucket goes up to, in microseconds. */
    static long upperMicros(int bucket) {
        int doubling = bucket / 4;
        return (4L + bucket % 4) << (FIRST_BITS - 2 + doubling);
    }

    public long count() {
        return Arrays.stream(counts).sum();
    }

    public long sumMicros() {
        return sumMicros;
    }

    /** How many took no longer than so many microseconds: exact at the edge of a bucket. */
    public long upTo(long micros) {
        long total = 0;
        for (int i = 0; i < BUCKETS - 1 && upperMicros(i) <= micros; i++) {
            total += counts[i];
        }
        return total;
    }

    /** The duration in microseconds that so large a part of all did not exceed; 0 if none. */
    public double quantileMicros(double part) {
        long all = count();
        if (all == 0) {
            return 0;
        }
        double rank = part * all;
        long seen = 0;
        for (int i = 0; i < BUCKETS; i++) {
            if (counts[i] > 0 && seen + counts[i] >= rank) {
                double lower = i == 0 ? 0 : upperMicros(i - 1);
                double upper = i == BUCKETS - 1 ? lower : upperMicros(i);
                return lower + (upper - lower) * Math.max(0, rank - seen) / counts[i];
            }
            seen += counts[i];
        }
        return upperMicros(BUCKETS - 2);
    }

    public Latencies plus(Latencies other) {
        long[] sum = counts.clone();
        for (int i = 0; i < BUCKETS; i++) {
            sum[i] += other.counts[i];
        }
        return new Latencies(sum, sumMicros + other.sumMicros);
    }

    /** What was added since an earlier reading of the same series. */
    public Latencies since(Latencies earlier) {
        long[] rest = counts.clone();
        for (int i = 0; i < BUCKETS; i++) {
            rest[i] = Math.max(0, rest[i] - earlier.counts[i]);
        }
        return new Latencies(rest, Math.max(0, sumMicros - earlier.sumMicros));
    }
}
