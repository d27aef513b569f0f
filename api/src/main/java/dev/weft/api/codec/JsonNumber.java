package dev.weft.api.codec;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * A number, kept as it was written. Two numbers are equal when their values are: 1 and 1.0 are not
 * told apart.
 */
public final class JsonNumber implements Json {
    private static final JsonNumber[] SMALL = new JsonNumber[256];

    static {
        for (int i = 0; i < SMALL.length; i++) {
            SMALL[i] = new JsonNumber(i, null);
        }
    }

    private final long whole;
    private final @Nullable BigDecimal decimal;

    private JsonNumber(long whole, @Nullable BigDecimal decimal) {
        this.whole = whole;
        this.decimal = decimal;
    }

    public static JsonNumber of(long value) {
        return value >= 0 && value < SMALL.length
                ? SMALL[(int) value]
                : new JsonNumber(value, null);
    }

    public static JsonNumber of(BigDecimal value) {
        return new JsonNumber(value.longValue(), value);
    }

    /** Whether the value has no fraction and fits a long, however it was written. */
    public boolean isWhole() {
        return decimal == null || decimal.compareTo(BigDecimal.valueOf(whole)) == 0;
    }

    /** Whether it was written without fraction and exponent and fits a long. */
    public boolean isInteger() {
        return decimal == null;
    }

    public long asLong() {
        return whole;
    }

    public BigDecimal asDecimal() {
        return decimal == null ? BigDecimal.valueOf(whole) : decimal;
    }

    /** Whether both have the same digits: 1 and 1.0 have not. */
    boolean isWrittenAs(JsonNumber other) {
        return decimal == null
                ? other.decimal == null && whole == other.whole
                : decimal.equals(other.decimal);
    }

    @Override
    public String typeName() {
        return "number";
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof JsonNumber it)) {
            return false;
        }
        return decimal == null && it.decimal == null
                ? whole == it.whole
                : asDecimal().compareTo(it.asDecimal()) == 0;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(whole);
    }

    @Override
    public String toString() {
        return JsonText.write(this);
    }
}
