package dev.weft.mesh.intent;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonBoolean;
import dev.weft.api.codec.JsonNull;
import dev.weft.api.codec.JsonNumber;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonString;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a weight: a whole number, or a quantity as Kubernetes writes it ({@code 500m}). */
public final class Weight {
    private static final long MAX_MILLI = 1_000_000_000_000L;

    private Weight() {}

    /** The weight in thousandths, rounded up; empty for what is no weight. */
    public static OptionalLong milli(Json value) {
        if (value instanceof JsonNumber number && number.isInteger()) {
            return whole(number.asLong());
        }
        return switch (value) {
            case JsonNumber number -> Fractions.milli(number.asDecimal());
            case JsonString text -> Fractions.milli(text.value());
            case JsonObject ignored -> OptionalLong.empty();
            case JsonArray ignored -> OptionalLong.empty();
            case JsonBoolean ignored -> OptionalLong.empty();
            case JsonNull ignored -> OptionalLong.empty();
        };
    }

    private static OptionalLong whole(long value) {
        return value < 0 || value > MAX_MILLI / 1000
                ? OptionalLong.empty()
                : OptionalLong.of(value * 1000);
    }

    /**
     * What is no whole number. Apart: a start that reads none spares what the JDK computes for it.
     */
    private static final class Fractions {
        private static final Pattern QUANTITY =
                Pattern.compile(
                        "\\+?(\\d{1,18}(?:\\.\\d{0,18})?|\\.\\d{1,18})([mkMGT]|Ki|Mi|Gi|Ti|[eE][+-]?\\d{1,2})?");
        private static final Map<String, BigDecimal> SUFFIXES =
                Map.of(
                        "m", new BigDecimal("0.001"),
                        "k", BigDecimal.valueOf(1_000),
                        "M", BigDecimal.valueOf(1_000_000),
                        "G", BigDecimal.valueOf(1_000_000_000),
                        "T", BigDecimal.valueOf(1_000_000_000_000L),
                        "Ki", BigDecimal.valueOf(1L << 10),
                        "Mi", BigDecimal.valueOf(1L << 20),
                        "Gi", BigDecimal.valueOf(1L << 30),
                        "Ti", BigDecimal.valueOf(1L << 40));

        private Fractions() {}

        static OptionalLong milli(String quantity) {
            Matcher matcher = QUANTITY.matcher(quantity);
            if (!matcher.matches()) {
                return OptionalLong.empty();
            }
            var number = new BigDecimal(matcher.group(1));
            String suffix = matcher.group(2);
            if (suffix == null) {
                return milli(number);
            }
            BigDecimal factor = SUFFIXES.get(suffix);
            return milli(
                    factor != null
                            ? number.multiply(factor)
                            : number.scaleByPowerOfTen(Integer.parseInt(suffix.substring(1))));
        }

        static OptionalLong milli(BigDecimal value) {
            if (value.signum() < 0 || value.precision() - value.scale() > 15) {
                return OptionalLong.empty();
            }
            long milli = value.movePointRight(3).setScale(0, RoundingMode.CEILING).longValue();
            return milli > MAX_MILLI ? OptionalLong.empty() : OptionalLong.of(milli);
        }
    }
}
