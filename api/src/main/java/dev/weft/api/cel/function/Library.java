package dev.weft.api.cel.function;

import dev.weft.api.cel.value.Budget;
import dev.weft.api.cel.value.EvalException;
import dev.weft.api.cel.value.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The functions behind the names that can be called. Any thread. */
public final class Library {
    private static final Map<String, Function> FUNCTIONS = functions();

    private Library() {}

    /** What is called. What it is called on comes first. */
    public interface Function {
        /**
         * @throws EvalException where there is no value for these arguments
         */
        Value call(Value[] args, Budget budget);
    }

    /** The function of that name, which must be declared. */
    public static Function function(String name) {
        Function function = FUNCTIONS.get(name);
        if (function == null) {
            throw new IllegalStateException("declared and not there: " + name);
        }
        return function;
    }

    public static boolean isThere(String name) {
        return FUNCTIONS.containsKey(name);
    }

    /** Whether the function can make something of the text. */
    public static boolean takes(String function, String text) {
        try {
            switch (function) {
                case "matches" -> Regex.of(text);
                case "duration" -> Times.span(text);
                case "timestamp" -> Times.moment(text);
                default -> {}
            }
            return true;
        } catch (EvalException e) {
            return false;
        }
    }

    /**
     * What is wrong with a pattern that texts are formatted with.
     *
     * @param index of the argument that does not fit, below zero where it is none of them
     */
    public record FormatProblem(int index, String message) {}

    /**
     * @param types the names of the arguments' types
     */
    public static Optional<FormatProblem> formatProblem(String pattern, List<String> types) {
        return FormatRules.problem(pattern, types);
    }

    private static Map<String, Function> functions() {
        var functions = new HashMap<String, Function>();
        Operators.addTo(functions);
        Conversions.addTo(functions);
        Times.addTo(functions);
        Texts.addTo(functions);
        Lists.addTo(functions);
        Optionals.addTo(functions);
        Regex.addTo(functions);
        Urls.addTo(functions);
        Addresses.addTo(functions);
        Quantities.addTo(functions);
        Semver.addTo(functions);
        NamedFormat.addTo(functions);
        return Map.copyOf(functions);
    }
}
