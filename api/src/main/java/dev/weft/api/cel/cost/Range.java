package dev.weft.api.cel.cost;

/**
 * How large a value is: at least, at most. What is more than can be counted stays at the end of
 * what can be. Any thread.
 */
public record Range(long min, long max) {
    /** Nothing is known. */
    public static final Range ANY = new Range(0, Long.MAX_VALUE);

    public static Range of(long size) {
        return new Range(size, size);
    }

    public static Range upTo(long max) {
        return new Range(0, max);
    }

    public Range plus(Range other) {
        return new Range(sum(min, other.min), sum(max, other.max));
    }

    public Range times(Range other) {
        return new Range(product(min, other.min), product(max, other.max));
    }

    /** The least range that holds both. */
    public Range or(Range other) {
        return new Range(Math.min(min, other.min), Math.max(max, other.max));
    }

    /** What it costs at most to look at each part, where each costs so much. */
    public long cost(double each) {
        return scaled(max, each);
    }

    public static long sum(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    public static long product(long a, long b) {
        return Math.multiplyHigh(a, b) != 0 || a * b < 0 ? Long.MAX_VALUE : a * b;
    }

    /** Rounded up; a number too large for a long becomes the largest one. */
    static long scaled(long count, double each) {
        return (long) Math.ceil(count * each);
    }
}
