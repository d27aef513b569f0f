package dev.weft.mesh.intent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonNumber;
import dev.weft.api.codec.JsonString;
import java.math.BigDecimal;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class WeightTest {
    @Test
    void wholeNumbersCountInThousandths() {
        assertThat(milli(JsonNumber.of(0))).hasValue(0);
        assertThat(milli(JsonNumber.of(90))).hasValue(90_000);
        assertThat(milli(JsonNumber.of(1_000_000_000))).hasValue(1_000_000_000_000L);
    }

    @Test
    void numbersBelowZeroAndAboveABillionAreNoWeights() {
        assertThat(milli(JsonNumber.of(-1))).isEmpty();
        assertThat(milli(JsonNumber.of(1_000_000_001))).isEmpty();
        assertThat(milli(JsonNumber.of(Long.MAX_VALUE))).isEmpty();
        assertThat(milli(JsonNumber.of(new BigDecimal("1000000000.001")))).isEmpty();
    }

    @Test
    void fractionsAreRoundedUp() {
        assertThat(milli(JsonNumber.of(new BigDecimal("0.5")))).hasValue(500);
        assertThat(milli(JsonNumber.of(new BigDecimal("0.00001")))).hasValue(1);
    }

    @Test
    void aQuantityIsReadWithItsSuffix() {
        assertThat(milli(new JsonString("500m"))).hasValue(500);
        assertThat(milli(new JsonString("2"))).hasValue(2_000);
        assertThat(milli(new JsonString("1k"))).hasValue(1_000_000);
        assertThat(milli(new JsonString("1e3"))).hasValue(1_000_000);
        assertThat(milli(new JsonString("much"))).isEmpty();
    }

    private static OptionalLong milli(Json value) {
        return Weight.milli(value);
    }
}
