package dev.weft.api.cel.value;

/** An expression that was run has no value, and why. Cheap, since expressions catch it too. */
public final class EvalException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public EvalException(String message) {
        super(message, null, false, false);
    }

    /** A call with values of types that the function does not take. */
    public static EvalException noOverload() {
        return new EvalException("no such overload");
    }

    public static EvalException noOverload(String function, Value... args) {
        var types = new StringBuilder();
        for (Value arg : args) {
            types.append(types.isEmpty() ? "" : ", ").append(Values.typeName(arg));
        }
        return new EvalException("no such overload: " + function + "(" + types + ")");
    }
}
