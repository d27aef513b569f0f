package dev.weft.api.cel.cost;

import org.jspecify.annotations.Nullable;

/**
 * What a call costs at most, beside what its arguments cost. Any thread.
 *
 * @param size of what it returns, null where that is not known
 */
public record Price(long cost, @Nullable Range size) {
    static final Price ONE = new Price(1, null);

    static Price of(long cost) {
        return new Price(cost, null);
    }
}
