package dev.weft.foundation.text;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.foundation.chance.Chance;
import org.junit.jupiter.api.Test;

/** Sixteen digits are what everybody else makes of the same number. */
final class HexTest {
    private static final long SEED = 7;

    @Test
    void anyNumberIsWrittenAsTheJdkWritesIt() {
        var chance = new Chance(SEED);
        byte[] to = new byte[20];
        for (int i = 0; i < 10_000; i++) {
            long value = i < 64 ? 1L << i : i == 64 ? 0 : i == 65 ? -1 : chance.next();
            Hex.write(value, to, 2);
            assertThat(new String(to, 2, 16, US_ASCII))
                    .as("seed %d", SEED)
                    .isEqualTo("%016x".formatted(value));
        }
    }
}
