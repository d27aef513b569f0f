package dev.weft.api.cel;

import dev.weft.api.cel.value.Value;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** What written numbers mean. Any thread. */
final class Numerals {
    private Numerals() {}

    /** The number, null where it is too large for its type. */
    static @Nullable Value read(Token.Sort sort, String text) {
        return switch (sort) {
            case INT -> {
                BigInteger number = integer(text);
                yield number.bitLength() > 63 ? null : Value.of(number.longValueExact());
            }
            case UINT -> {
                BigInteger number = integer(text.substring(0, text.length() - 1));
                boolean fits = number.signum() >= 0 && number.bitLength() <= 64;
                yield fits ? new Value.UInt(number.longValue()) : null;
            }
            case FLOAT -> {
                double number = Double.parseDouble(text);
                yield Double.isInfinite(number) ? null : new Value.Real(number);
            }
            case IDENT, QUOTED_IDENT, STRING, BYTES, MARK, END ->
                    throw new IllegalStateException("no number: " + text);
        };
    }

    /** How messages name the type. */
    static String word(Token.Sort sort) {
        return switch (sort) {
            case UINT -> "uint";
            case FLOAT -> "double";
            case INT, IDENT, QUOTED_IDENT, STRING, BYTES, MARK, END -> "int";
        };
    }

    private static BigInteger integer(String text) {
        boolean negative = text.startsWith("-");
        String digits = negative ? text.substring(1) : text;
        boolean hex = digits.startsWith("0x") || digits.startsWith("0X");
        BigInteger number = hex ? new BigInteger(digits.substring(2), 16) : new BigInteger(digits);
        return negative ? number.negate() : number;
    }
}
