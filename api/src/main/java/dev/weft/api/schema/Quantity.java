package dev.weft.api.schema;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount as Kubernetes writes it: {@code 500m}, {@code 1.5Gi}, {@code 1e3}.
 *
 * @param value the amount itself
 * @param form how it was written, which the canonical text keeps
 */
public record Quantity(BigDecimal value, Form form) implements Comparable<Quantity> {
    /** With which suffixes. */
    public enum Form {
        DECIMAL,
        BINARY,
        EXPONENT
    }

    /** What is said of a text that is none. */
    public static final String MALFORMED =
            "quantities must match the regular expression"
                    + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

    private static final Pattern TEXT =
            Pattern.compile("([+-]?(?:\\d+\\.?\\d*|\\.\\d+))(?:([eE])([+-]?\\d{1,3})|([A-Za-z]*))");
    private static final List<String> DECIMALS =
            List.of("n", "u", "m", "", "k", "M", "G", "T", "P", "E");
    private static final List<String> BINARIES = List.of("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei");
    private static final BigDecimal KIBI = BigDecimal.valueOf(1024);
    private static final int DIGITS_MAX = 200;
    private static final int SCALE_MAX = 9;

    /** The amount that a text stands for, empty where it is none. */
    public static Optional<Quantity> parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (text.length() > DIGITS_MAX || !parts.matches()) {
            return Optional.empty();
        }
        var number = new BigDecimal(parts.group(1));
        if (parts.group(2) != null) {
            int exponent = Integer.parseInt(parts.group(3));
            return Optional.of(of(number.scaleByPowerOfTen(exponent), Form.EXPONENT));
        }
        String suffix = parts.group(4);
        int binary = BINARIES.indexOf(suffix);
        if (binary > 0) {
            return Optional.of(of(number.multiply(KIBI.pow(binary)), Form.BINARY));
        }
        int decimal = DECIMALS.indexOf(suffix);
        if (decimal < 0) {
            return Optional.empty();
        }
        return Optional.of(of(number.scaleByPowerOfTen(3 * (decimal - 3)), Form.DECIMAL));
    }

    /** Nothing is kept below a billionth; what is there is rounded away from zero. */
    private static Quantity of(BigDecimal value, Form form) {
        return new Quantity(
                value.scale() > SCALE_MAX ? value.setScale(SCALE_MAX, RoundingMode.UP) : value,
                form);
    }

    /** The one text for this amount: no fraction, the largest suffix that allows that. */
    public String text() {
        if (value.signum() == 0) {
            return "0";
        }
        if (form == Form.BINARY
                && value.abs().compareTo(KIBI) >= 0
                && value.stripTrailingZeros().scale() <= 0) {
            return binary(value.toBigIntegerExact());
        }
        BigDecimal plain = value.stripTrailingZeros();
        int power = Math.floorDiv(-plain.scale(), 3) * 3;
        power = Math.max(-9, Math.min(form == Form.EXPONENT ? 999 : 18, power));
        BigInteger digits = plain.scaleByPowerOfTen(-power).toBigIntegerExact();
        if (form == Form.EXPONENT) {
            return power == 0 ? digits.toString() : digits + "e" + power;
        }
        return digits + DECIMALS.get(power / 3 + 3);
    }

    private static String binary(BigInteger value) {
        BigInteger rest = value;
        int suffix = 0;
        while (suffix < BINARIES.size() - 1 && rest.signum() != 0 && rest.getLowestSetBit() >= 10) {
            rest = rest.shiftRight(10);
            suffix++;
        }
        return rest + BINARIES.get(suffix);
    }

    @Override
    public int compareTo(Quantity other) {
        return value.compareTo(other.value);
    }
}
