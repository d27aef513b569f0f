package dev.weft.foundation.chance;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A source of chance that repeats itself from the same seed (SplitMix64). Any thread; with one
 * thread the numbers and their order depend on the seed alone. Not for secrets.
 */
public final class Chance {
    private static final long STEP = 0x9E3779B97F4A7C15L;
    private static final String NAME_LETTERS = "bcdfghjklmnpqrstvwxz2456789";

    private final AtomicLong state;

    public Chance(long seed) {
        this.state = new AtomicLong(seed);
    }

    /** A source of its own, so that what another part draws does not shift this one's numbers. */
    public Chance fork() {
        return new Chance(next());
    }

    public long next() {
        long z = state.addAndGet(STEP);
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** A number from 0 up to but not including the bound. */
    public int below(int bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException("bound: " + bound + " (expected: > 0)");
        }
        return (int) ((next() >>> 33) % bound);
    }

    /** From 0 up to but not including 1. */
    public double fraction() {
        return (next() >>> 11) * 0x1.0p-53;
    }

    /** True so many times in a hundred. */
    public boolean percent(int percent) {
        return below(100) < percent;
    }

    public <T> T pick(List<T> items) {
        return items.get(below(items.size()));
    }

    /** A duration between half of this one and all of it, so that many waiters spread out. */
    public Duration jitter(Duration most) {
        long nanos = most.toNanos();
        return Duration.ofNanos(nanos / 2 + (long) (fraction() * (nanos - nanos / 2)));
    }

    /** Letters and digits that are hard to misread and spell no word, as generated names end in. */
    public String letters(int length) {
        var text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(NAME_LETTERS.charAt(below(NAME_LETTERS.length())));
        }
        return text.toString();
    }
}
