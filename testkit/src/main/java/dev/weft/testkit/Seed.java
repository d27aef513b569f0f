package dev.weft.testkit;

import dev.weft.foundation.chance.Chance;

/**
 * The number that a random test is made from. A test that takes one as a parameter
 * ({@code @ExtendWith(Seeds.class)}) gets another each time, and when it fails its message has the
 * line that runs it again with the same one.
 */
public record Seed(long value) {
    public Chance chance() {
        return new Chance(value);
    }

    @Override
    public String toString() {
        return "seed " + value;
    }
}
