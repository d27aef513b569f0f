package dev.weft.api.cel.function;

import dev.weft.api.cel.function.Library.Function;
import dev.weft.api.cel.value.EvalException;
import dev.weft.api.cel.value.Type;
import dev.weft.api.cel.value.Value;
import dev.weft.api.cel.value.Values;
import dev.weft.api.schema.Quantity;
import java.math.BigDecimal;
import java.util.Map;

/** Amounts as manifests write them, and what is compared like them. */
final class Quantities {
    private Quantities() {}

    record Amount(Quantity quantity) implements Value.Foreign {
        @Override
        public Type type() {
            return new Type.Opaque("kubernetes.Quantity");
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Amount it && quantity.compareTo(it.quantity) == 0;
        }

        @Override
        public int hashCode() {
            return quantity.value().stripTrailingZeros().hashCode();
        }
    }

    static void addTo(Map<String, Function> functions) {
        functions.put("quantity", (args, budget) -> parse(Texts.read(args, budget)));
        functions.put(
                "isQuantity",
                (args, budget) -> Value.of(Quantity.parse(Texts.read(args, budget)).isPresent()));
        functions.put("isInteger", (args, budget) -> Value.of(isWhole(amount(args[0]).value())));
        functions.put("asInteger", (args, budget) -> whole(amount(args[0]).value()));
        functions.put(
                "asApproximateFloat",
                (args, budget) -> new Value.Real(amount(args[0]).value().doubleValue()));
        functions.put("sign", (args, budget) -> Value.of(amount(args[0]).value().signum()));
        functions.put("add", (args, budget) -> sum(args, false));
        functions.put("sub", (args, budget) -> sum(args, true));
        functions.put("isGreaterThan", (args, budget) -> Value.of(compare(args) > 0));
        functions.put("isLessThan", (args, budget) -> Value.of(compare(args) < 0));
        functions.put("compareTo", (args, budget) -> Value.of(compare(args)));
    }

    private static Value parse(String text) {
        return Quantity.parse(text)
                .map(Amount::new)
                .orElseThrow(() -> new EvalException(Quantity.MALFORMED));
    }

    private static Quantity amount(Value value) {
        if (value instanceof Amount amount) {
            return amount.quantity;
        }
        throw EvalException.noOverload(Values.typeName(value));
    }

    private static boolean isWhole(BigDecimal value) {
        return value.stripTrailingZeros().scale() <= 0 && value.toBigInteger().bitLength() < 64;
    }

    private static Value whole(BigDecimal value) {
        if (!isWhole(value)) {
            throw new EvalException("cannot convert value to integer");
        }
        return Value.of(value.longValueExact());
    }

    private static Value sum(Value[] args, boolean less) {
        Quantity first = amount(args[0]);
        BigDecimal other =
                args[1] instanceof Value.Int it
                        ? BigDecimal.valueOf(it.number())
                        : amount(args[1]).value();
        BigDecimal sum = less ? first.value().subtract(other) : first.value().add(other);
        return new Amount(new Quantity(sum, first.form()));
    }

    private static int compare(Value[] args) {
        if (args[0] instanceof Semver a && args[1] instanceof Semver b) {
            return a.compareTo(b);
        }
        return Integer.signum(amount(args[0]).compareTo(amount(args[1])));
    }
}
