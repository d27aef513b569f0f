package dev.weft.api.cel.function;

import java.math.BigDecimal;

/** Numbers as the Kubernetes API writes them. */
final class Numbers {
    private Numbers() {}

    /** As few digits as tell the number from its neighbours. */
    static String shortest(double number) {
        if (Double.isNaN(number)) {
            return "NaN";
        }
        if (Double.isInfinite(number)) {
            return number > 0 ? "+Inf" : "-Inf";
        }
        if (number == 0) {
            return 1 / number < 0 ? "-0" : "0";
        }
        BigDecimal decimal = new BigDecimal(Double.toString(number)).stripTrailingZeros();
        int exponent = decimal.precision() - decimal.scale() - 1;
        if (exponent >= -4 && exponent < 6) {
            return decimal.toPlainString();
        }
        String digits = decimal.unscaledValue().abs().toString();
        String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
        String sign = number < 0 ? "-" : "";
        String size = Math.abs(exponent) < 10 ? "0" : "";
        return sign
                + digits.charAt(0)
                + fraction
                + "e"
                + (exponent < 0 ? "-" : "+")
                + size
                + Math.abs(exponent);
    }
}
